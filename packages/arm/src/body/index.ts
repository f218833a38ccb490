export * from './shape.ts';
export * from './read.ts';
export * from './tags.ts';
