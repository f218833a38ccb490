import { createHmac, timingSafeEqual } from 'node:crypto';
import { randomOctets } from '@podpass/kernel';

const key = randomOctets(32);
const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Whether two texts are equal, in a time that depends on neither their content nor where they first differ. */
export const constantTimeEqual = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
