import type { Tenant } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { html } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Visit } from '../visit.ts';

/** The end of a journey: says what happened, and that the window can be closed. */
export const messagePage = (
  visit: Visit,
  { title, text, tenant }: { readonly title: string; readonly text: string; readonly tenant?: Tenant },
): Answer => answerPage(visit, { title, tenant, body: html`<p role="status">${text}</p>` });
