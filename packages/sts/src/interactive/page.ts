import type { Tenant } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { html, render, type Html, type Piece } from './html.ts';
import { pageStyle } from './page-style.ts';
import { visitHeaders, type Visit } from './visit.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** The directory that the page speaks for; every one of this Podpass when undefined. */
  readonly tenant?: Tenant | undefined;
  readonly status?: number;
  /** The redirect URI that the page's forms may lead to, beside this service. */
  readonly leadsTo?: string | undefined;
  /** The one script that pages have: it sends the first form. Without it a button does. */
  readonly sendsItself?: boolean;
}

const sendFirstForm = html`document.forms[0].submit()`;

/** What a form may be sent to, as a source of the content security policy: the origin, or the scheme of an app's own URI. */
const formSource = (uri: string): string => {
  const url = URL.parse(uri);
  const origin = url && url.origin !== 'null' ? url.origin : url?.protocol;
  // A source of another form could end the directive or widen it.
  return origin !== undefined && /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9.:[\]-]+)?$/.test(origin) ? ` ${origin}` : '';
};

const policy = ({ nonce }: Visit, { leadsTo, sendsItself }: Page): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    ...(sendsItself ? [`script-src 'nonce-${nonce}'`] : []),
    `form-action 'self'${leadsTo === undefined ? '' : formSource(leadsTo)}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const whose = (tenant: Tenant | undefined): Piece =>
  tenant === undefined
    ? html`<p class="tenant">All directories of this Podpass</p>`
    : html`<p class="tenant">Directory: <strong>${tenant.displayName}</strong> <span>${tenant.domains[0] ?? tenant.id}</span></p>`;

/** The one writer of pages: their frame, and the headers that fence them in. */
export const answerPage = (visit: Visit, page: Page): Answer => {
  const { title, body, tenant, status = 200, sendsItself } = page;
  const { nonce } = visit;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} – Podpass</title>
        <style nonce="${nonce}">
          ${pageStyle}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="brand">Podpass</p>
            ${whose(tenant)}
          </header>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>
          <p>This is Podpass, a local identity platform. Microsoft does not run it: enter passwords of Podpass accounts only.</p>
        </footer>
        ${
          sendsItself &&
          html`<script nonce="${nonce}">
            ${sendFirstForm};
          </script>`
        }
      </body>
    </html> `;
  return {
    status,
    headers: {
      ...visitHeaders(visit),
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy(visit, page),
      'x-frame-options': 'DENY',
    },
    body: render(document),
  };
};
