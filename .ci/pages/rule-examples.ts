// The examples on the pages of the rules: histories of the corpus that have one defect each. What is shown as good stands
// beside them, and is proven by the same test.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of files by their path, relative to the project of the example. */
export type Files = Readonly<Record<string, string>>

/** A history with one defect, and what it should have been. */
export interface RuleExample {
  /** The whole history with the defect, and those of its files that are to blame. */
  readonly history: Files
  readonly bad: Files
  /** What stands in place of the bad files; empty where nothing does. */
  readonly good: Files
  /** What is found in the history: lines `severity CODE file:line:column`, each with its text below it. */
  readonly findings: string
}

const NOT_OF_THE_PROJECT = /^(?:good\/|expected\.txt$|own-process\.txt$)/

/** The example of a rule: the case of its code in the corpus that is named `example`. Null where there is none. */
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

/** The files of a history: its migrations, its settings, and what they use. */
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
