import { createHash } from 'node:crypto';
import type { Answer, Exchange } from '@podpass/http';
import { randomOctets } from '@podpass/kernel';
import { exchangeOf, password, type Platform } from '../../testing/platform.ts';

/** A form of a page: where it goes, and what it would send with no button pressed. */
interface ShownForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly label: string }[];
}

/** What a browser shows. */
export interface Shown {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
  readonly title: string;
  /** The text that a reader sees, entities decoded. */
  readonly text: string;
  readonly forms: readonly ShownForm[];
  /** Where a redirect leads; undefined without one. */
  readonly location: URL | undefined;
}

const decode = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#96;', '`')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string): string => decode(new RegExp(String.raw`\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

const readForm = (markup: string): ShownForm => {
  const tags = (name: string) => [...markup.matchAll(new RegExp(`<${name}\\s[^>]*>`, 'g'))].map(([tag]) => tag);
  const inputs = tags('input').filter((tag) => attribute(tag, 'type') !== 'checkbox');
  const buttons = [...markup.matchAll(/(<button\s[^>]*>)(.*?)<\/button>/gs)].map(([, tag = '', label = '']) => ({
    name: attribute(tag, 'name'),
    value: attribute(tag, 'value'),
    label: decode(label.replaceAll(/<[^>]*>/g, ' ')).trim(),
  }));
  const fields = Object.fromEntries(inputs.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]));
  return { action: attribute(/^<form[^>]*>/.exec(markup)?.[0] ?? '', 'action'), fields, buttons };
};

const show = (answer: Answer): Shown => {
  const markup = typeof answer.body === 'string' ? answer.body : '';
  const headers = answer.headers ?? {};
  const location = headers['location'];
  return {
    status: answer.status,
    headers,
    html: markup,
    title: decode(/<h1>(.*?)<\/h1>/s.exec(markup)?.[1] ?? ''),
    text: decode(
      /<main>(.*)<\/main>/s
        .exec(markup)?.[1]
        ?.replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ') ?? '',
    ),
    forms: [...markup.matchAll(/<form\s.*?<\/form>/gs)].map(([form]) => readForm(form)),
    location: location === undefined ? undefined : new URL(location, 'https://login.microsoftonline.com'),
  };
};

type Fields = Readonly<Record<string, string>>;

/** A browser with one cookie jar, in front of the platform's surface. */
export const createBrowser = (platform: Pick<Platform, 'service'>) => {
  let cookie: string | undefined;
  const send = async (exchange: Exchange): Promise<Shown> => {
    const shown = show(await platform.service.surface.handle(exchange));
    const set = shown.headers['set-cookie'];
    if (set !== undefined) cookie = set.slice(0, set.indexOf(';'));
    return shown;
  };
  const headers = (over: Fields = {}): Fields => ({ ...(cookie === undefined ? {} : { cookie }), ...over });
  const get = (url: string, over: Fields = {}): Promise<Shown> => send(exchangeOf('GET', url, { headers: headers(over) }));
  /** Browsers hide the origin of a page that forbids referrers. */
  const own = { origin: 'null', 'sec-fetch-site': 'same-origin' };
  const post = (url: string, fields: Fields, over: Fields = own): Promise<Shown> =>
    send(
      exchangeOf('POST', url, {
        headers: headers({ 'content-type': 'application/x-www-form-urlencoded', ...over }),
        body: Buffer.from(new URLSearchParams({ ...fields }).toString()),
      }),
    );
  const submit = (page: Shown, fields: Fields = {}, over: Fields = own): Promise<Shown> => {
    const [form] = page.forms;
    if (!form) throw new Error(`The page has no form: ${page.title} ${page.text}`);
    return post(form.action, { ...form.fields, ...fields }, over);
  };
  return {
    get,
    post,
    submit,
    signIn: (page: Shown, username = 'ada@contoso.example', secret = password) => submit(page, { username, password: secret }),
    get cookie() {
      return cookie;
    },
    set cookie(value: string | undefined) {
      cookie = value;
    },
  };
};

export type TestBrowser = ReturnType<typeof createBrowser>;

/** A PKCE pair. */
export const pkcePair = () => {
  const verifier = randomOctets(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

/** An address of the authorization endpoint; undefined parameters are left out. */
export const authorizeUrl = (tenant: string, parameters: Readonly<Record<string, string | undefined>>, version: 1 | 2 = 2): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `/${tenant}/oauth2/${version === 1 ? '' : 'v2.0/'}authorize?${query.toString()}`;
};

/** The parameters that arrived at the application, in whatever way they were sent. */
export const arrived = (shown: Shown): URLSearchParams => {
  const { location, forms } = shown;
  if (location) return location.hash === '' ? location.searchParams : new URLSearchParams(location.hash.slice(1));
  return new URLSearchParams({ ...forms[0]?.fields });
};
