import { isObject } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { callControl } from '../platform/control.ts';
import { requirePlatform } from '../platform/run-state.ts';

export const imageCommand: Register = ({ program, handle, common }) => {
  const image = program
    .command('image')
    .description('Say which program runs behind an image name. Images without one run as a pause, and an event says so.')
    .enablePositionalOptions();
  common(image.command('map'))
    .description('Run a command wherever a pod names this image.')
    .usage('[options] IMAGE -- COMMAND [arguments...]')
    .argument('<image>', 'image name; without a tag it stands for all tags')
    .argument('<command...>', 'the command and its arguments')
    .addHelpText('after', `\nExample:\n  podpass image map example.azurecr.io/reader -- node reader.js\n${exitCodeHelp}`)
    .action(handle(map));
  common(image.command('list')).description('List the mapped images.').addHelpText('after', exitCodeHelp).action(handle(list));
  common(image.command('unmap'))
    .description('Forget the command behind an image.')
    .argument('<image>', 'image name, as it was mapped')
    .addHelpText('after', exitCodeHelp)
    .action(handle(unmap));
};

const pathOf = (image: string): string => `/images?image=${encodeURIComponent(image)}`;

const map = async ({ folder, output }: CommandContext, image: string, words: readonly string[]): Promise<number> => {
  // Everything after the image is handed over as it was written, the separator included.
  const command = words[0] === '--' ? words.slice(1) : words;
  if (command.length === 0) {
    throw new CliFailure('usage', 'There is no command to map.', {
      next: 'podpass image map IMAGE -- COMMAND [arguments...]',
      exitCode: exitCodes.usage,
    });
  }
  const { run } = await requirePlatform(folder);
  await callControl(run, { method: 'PUT', path: pathOf(image), body: { command } });
  output.result({ image, command }, `Pods with the image ${image} now run: ${command.join(' ')}`);
  return exitCodes.ok;
};

const list = async ({ folder, output }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const answer = await callControl(run, { method: 'GET', path: '/images' });
  const images: readonly unknown[] = isObject(answer) && Array.isArray(answer['images']) ? answer['images'] : [];
  const lines = images.map((row) =>
    isObject(row) && Array.isArray(row['command']) ? `${String(row['image'])}  ->  ${row['command'].join(' ')}` : String(row),
  );
  output.result({ images }, lines.length === 0 ? 'No image is mapped.' : lines.join('\n'));
  return exitCodes.ok;
};

const unmap = async ({ folder, output }: CommandContext, image: string): Promise<number> => {
  const { run } = await requirePlatform(folder);
  await callControl(run, { method: 'DELETE', path: pathOf(image) });
  output.result({ image }, `The image ${image} is no longer mapped.`);
  return exitCodes.ok;
};
