// Reads files that may not exist.
import { readFileSync } from 'node:fs'
import { orElse } from '../../src/model/or-else.js'

/** The text of a file; empty if it cannot be read. */
export const readQuietly = (path: string): string => orElse(() => readFileSync(path, 'utf8'), '')
