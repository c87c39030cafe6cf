// The names of the hidden files that `lockstep renumber` uses while it works: any that exist were left by a killed run.
/** The hidden name of a file that waits for its new one. Hidden files are no migrations, so it is never run. */
export const asideName = (file: string): string => `.${file}.renumbering`

/** The hidden name of a new text that has not replaced its file yet. */
export const draftName = (file: string): string => `.${file}.renumbered`

/** The name of the journal of a run that must be undone, finished, or followed by generating. */
export const journalName = (phase: 'undo' | 'finish' | 'generate'): string =>
  `.renumber-${phase}.json`

const ASIDE = /^\.(.+)\.renumbering$/
const JOURNALS = new Set([journalName('undo'), journalName('finish')])

/** Which hidden files were left in a folder. */
export interface Leftovers {
  /** The file to report. */
  readonly first: string
  readonly aside: readonly string[]
  /** The names that those had before. */
  readonly originals: readonly string[]
  readonly journal: string | null
}

/** The leftovers among these names of a folder; null if there are none. */
export function findLeft(names: readonly string[]): Leftovers | null {
  const aside = names.filter((name) => ASIDE.test(name))
  const journal = names.find((name) => JOURNALS.has(name))
  const [first = journal] = aside
  if (first === undefined) return null
  const originals = aside.map((name) => ASIDE.exec(name)?.[1] ?? name)
  return { first, aside, originals, journal: journal ?? null }
}
