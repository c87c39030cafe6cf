// The migrations that the checksum is tried on: every form, and every kind of syntax and SQL that migrations contain.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../support/project-root.js'
import type { Folder } from '../parse/read-folder.js'

const folder = join(projectRoot, 'test/fixtures/checksum')

/** Their texts by file name, helpers included. */
export const fixtures: Folder = Object.fromEntries(
  readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
)

/** The same files, each text changed. */
export const rewritten = (change: (text: string, file: string) => string): Folder =>
  Object.fromEntries(Object.entries(fixtures).map(([file, text]) => [file, change(text, file)]))

/** Whether a file is a script, not SQL or JSON. */
export const isScript = (file: string): boolean => /\.[jt]s$/.test(file)
