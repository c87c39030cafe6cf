// Reads the examples for the pages of the rules: histories of the corpus with one defect each, and their corrections, which the
// same test proves.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The texts of files by their paths, relative to the project of the example. */
export type Files = Readonly<Record<string, string>>

/** A history with one defect, and its correction. */
export interface RuleExample {
  /** The whole history with the defect; `bad` are the files that cause it. */
  readonly history: Files
  readonly bad: Files
  /** The files that replace the bad ones; empty if nothing does. */
  readonly good: Files
  /** The findings in the history: lines `severity CODE file:line:column`, each followed by its text. */
  readonly findings: string
}

const NOT_OF_THE_PROJECT = /^(?:good\/|expected\.txt$|own-process\.txt$)/

/** The example of a rule: the case named `example` of its code in the corpus. Null if there is none. */
export function readExample(root: string, code: string): RuleExample | null {
  const folder = join(root, 'test/fixtures/defects', code, 'example')
  return existsSync(folder) ? exampleIn(folder) : null
}

function exampleIn(folder: string): RuleExample {
  const expected = join(folder, 'expected.txt')
  const findings = existsSync(expected) ? readFileSync(expected, 'utf8') : ''
  const history = projectIn(folder)
  return {
    history,
    findings,
    bad: only(history, (path) => path === 'settings.json' || findings.includes(` ${path}:`)),
    good: filesIn(join(folder, 'good'), (path) =>
      path === 'settings.json' ? path : `migrations/${path}`,
    ),
  }
}

/** The files of a history: its migrations, settings, and whatever they use. */
export const projectIn = (folder: string): Files =>
  only(filesIn(folder), (path) => !NOT_OF_THE_PROJECT.test(path))

/** The history with the good files in place of the bad ones. */
export const fixed = ({ history, bad, good }: RuleExample): Files => ({
  ...only(history, (path) => !(path in bad)),
  ...good,
})

const only = (files: Files, wanted: (path: string) => boolean): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => wanted(path)))

function filesIn(folder: string, named = (path: string): string => path): Files {
  if (!existsSync(folder)) return {}
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(
    paths.map((path) => [
      named(path.slice(folder.length + 1).replaceAll('\\', '/')),
      readFileSync(path, 'utf8'),
    ]),
  )
}
