// Reads files that need not be there.
import { readFileSync } from 'node:fs'
import { orElse } from '../../src/model/or-else.js'

/** The text of a file; empty where it cannot be read. */
export const readQuietly = (path: string): string => orElse(() => readFileSync(path, 'utf8'), '')
