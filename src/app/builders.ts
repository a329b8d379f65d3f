/** The engines that Apps are built with, besides plain YAML. */
import type { Builders } from '../controllers/index.ts';

export const builders: Builders = {};
