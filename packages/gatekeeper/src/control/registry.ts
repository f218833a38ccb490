import type { Constraint } from '../constraint/read.ts';
import type { Template } from '../template/read.ts';

interface Entry {
  template: Template;
  readonly constraints: Map<string, Constraint>;
}

/** The templates and constraints in force, in memory: a review looks at nothing else. */
export interface Registry {
  /** Whether everything that the cluster holds has been read once. */
  ready(): boolean;
  markReady(): void;
  /** Templates in force. */
  size(): number;
  /** Whether there is no constraint at all. */
  empty(): boolean;
  entries(): Iterable<{ readonly template: Template; readonly constraints: Iterable<Constraint> }>;
  template(name: string): Template | undefined;
  putTemplate(template: Template): void;
  removeTemplate(name: string): void;
  constraint(template: string, name: string): Constraint | undefined;
  /** Does nothing while the template is unknown. */
  putConstraint(template: string, constraint: Constraint): void;
  removeConstraint(template: string, name: string): void;
}

export const createRegistry = (): Registry => {
  const held = new Map<string, Entry>();
  let ready = false;
  return {
    ready: () => ready,
    markReady() {
      ready = true;
    },
    size: () => held.size,
    empty: () => [...held.values()].every((entry) => entry.constraints.size === 0),
    *entries() {
      for (const { template, constraints } of held.values()) yield { template, constraints: constraints.values() };
    },
    template: (name) => held.get(name)?.template,
    putTemplate(template) {
      const entry = held.get(template.name);
      if (entry === undefined) held.set(template.name, { template, constraints: new Map() });
      else entry.template = template;
    },
    removeTemplate: (name) => void held.delete(name),
    constraint: (template, name) => held.get(template)?.constraints.get(name),
    putConstraint: (template, constraint) => void held.get(template)?.constraints.set(constraint.name, constraint),
    removeConstraint: (template, name) => void held.get(template)?.constraints.delete(name),
  };
};
