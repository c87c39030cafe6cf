// The hidden files that `lockstep renumber` uses while it works, by name: what is still there was left by a run that was killed.
import type { Diagnostic } from '../model.js'
import { renumberInterrupted } from './discovery-problems.js'

/** The hidden name under which a file waits for its new one. Hidden files are no migrations, so it is never run. */
export const asideName = (file: string): string => `.${file}.renumbering`

/** The hidden name of a new text that has not taken its place. */
export const draftName = (file: string): string => `.${file}.renumbered`

/** The name of the journal of a run that is to be undone, finished, or followed by generating. */
export const journalName = (phase: 'undo' | 'finish' | 'generate'): string =>
  `.renumber-${phase}.json`

const ASIDE = /^\.(.+)\.renumbering$/
const JOURNALS = new Set([journalName('undo'), journalName('finish')])

/** What to say of a folder with these names; null when nothing was left. `fileOf` makes a name a printed path. */
export function problemLeft(
  names: readonly string[],
  fileOf: (name: string) => string,
): Diagnostic | null {
  const aside = names.filter((name) => ASIDE.test(name))
  const journal = names.find((name) => JOURNALS.has(name))
  const [first = journal] = aside
  if (first === undefined) return null
  const hidden = aside.map((name) => fileOf(name))
  return renumberInterrupted(
    fileOf(first),
    hidden,
    journal ? null : aside.map((name) => ASIDE.exec(name)?.[1] ?? name),
  )
}
