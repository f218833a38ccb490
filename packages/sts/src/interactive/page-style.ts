import { html } from './html.ts';

/** The pages' only style sheet. Colours keep a contrast of at least 4.5 to 1 in both schemes (WCAG 2.2, 1.4.3). */
export const pageStyle = html`
  :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --ground: #eef1f5; --line: #6b7480; --accent: #1d4ed8; --on-accent:
  #ffffff; --bad: #a4161a; --soft: #4a5361; } @media (prefers-color-scheme: dark) { :root { --ink: #eef1f5; --paper: #1b2027; --ground:
  #10141a; --line: #8d97a5; --accent: #8fb4ff; --on-accent: #10141a; --bad: #ff9d9d; --soft: #b8c0cc; } } * { box-sizing: border-box; } body
  { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; } main { max-width: 30rem; margin: 6vh
  auto 1rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; overflow-wrap: anywhere; } header
  { border-bottom: 1px solid var(--line); margin-bottom: 1rem; padding-bottom: .75rem; } header p { margin: 0; } .brand { font-weight: 700;
  letter-spacing: .02em; } .tenant, footer, .note { color: var(--soft); font-size: .875rem; } h1 { font-size: 1.35rem; line-height: 1.25;
  margin: 0 0 1rem; } label { display: block; margin: .75rem 0 .25rem; font-weight: 600; } label.check { font-weight: 400; }
  input[type=text], input[type=email], input[type=password] { width: 100%; padding: .6rem; font: inherit; color: inherit; background:
  transparent; border: 1px solid var(--line); border-radius: .25rem; } input.code { font-family: ui-monospace, monospace; letter-spacing:
  .15em; text-transform: uppercase; } button { font: inherit; padding: .6rem 1.2rem; border: 1px solid var(--accent); border-radius: .25rem;
  background: var(--accent); color: var(--on-accent); cursor: pointer; } button.quiet { background: transparent; color: inherit;
  border-color: var(--line); } button.row { display: block; width: 100%; text-align: left; margin: 0; } :focus-visible { outline: 3px solid
  var(--accent); outline-offset: 2px; } .actions { display: flex; flex-wrap: wrap; gap: .75rem; justify-content: flex-end; margin-top:
  1.5rem; } .actions.reverse { flex-direction: row-reverse; justify-content: flex-start; } .accounts { list-style: none; margin: 0; padding:
  0; } .accounts li { display: flex; gap: .5rem; margin-bottom: .5rem; } .accounts li > :first-child { flex: 1; } .alert { border-left: 4px
  solid var(--bad); padding: .5rem .75rem; color: var(--bad); margin: 0 0 1rem; } .copy { user-select: all; font-family: ui-monospace,
  monospace; font-size: .8125rem; white-space: pre-wrap; border: 1px solid var(--line); border-radius: .25rem; padding: .75rem; } dt {
  font-weight: 600; } dd { margin: 0 0 .75rem; color: var(--soft); } footer { max-width: 30rem; margin: 0 auto 2rem; padding: 0 2rem; }
`;
