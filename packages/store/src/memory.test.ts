import { createMemoryStore } from './memory.ts';
import { storeConformance } from './testing/conformance.ts';

storeConformance('memory', async () => {
  const store = createMemoryStore();
  return { store, dispose: () => store.close() };
});
