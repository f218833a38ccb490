import { html, type Html, type Piece } from '../html.ts';

/** A form of ours: posted to this service, with the ticket that proves where it came from. */
export const ticketForm = (action: string, ticket: string, body: Piece): Html =>
  html`<form method="post" action="${action}" autocomplete="on">
    <input type="hidden" name="ticket" value="${ticket}" />
    ${body}
  </form>`;

/** What went wrong with the form before; announced by screen readers. */
export const alertOf = (message: string | undefined): Piece =>
  message !== undefined && html`<p class="alert" role="alert" id="alert">${message}</p>`;
