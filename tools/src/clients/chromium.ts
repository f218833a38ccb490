import { which } from './which.ts';

/** A Chromium of the machine, by whichever name it goes; undefined when there is none, and the browser suites are skipped. */
export const findChromium = async (): Promise<string | undefined> => {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const [found] = await which(name);
    if (found !== undefined) return found;
  }
  return undefined;
};
