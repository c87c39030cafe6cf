// The folder of the repository, for tests that look at the project itself.
import { fileURLToPath } from 'node:url'

/** Absolute path of the folder with package.json, without a final separator. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
