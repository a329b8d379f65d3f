/** All stories. */
import { hostile } from './hostile.ts';
import { objects } from './objects.ts';
import { reading } from './reading.ts';
import { rules } from './rules.ts';
import type { Story } from './story.ts';
import { types } from './types.ts';
import { writing } from './writing.ts';

export const stories: readonly Story[] = [...reading, ...writing, ...rules, ...objects, ...types, ...hostile];
