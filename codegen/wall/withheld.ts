// Describes what the wall withheld from migrations that ran as a trial. Pure.

/** Something that did not happen as it will in production. */
export interface Withheld {
  /**
   * `database`: an empty database in memory stands in for this one. `statement`: it was not run. `reached`: it was run
   * where there is such a database, and speaks of it. `elsewhere`: it was run on such a database. `cut`: something that
   * makes part of the schema was left undone. `follows`: it was not run because that may be what it needs. `refused`: it was
   * not allowed. `started`: a process or a thread that has a wall of its own, if it is Node.
   */
  readonly kind:
    'database' | 'statement' | 'reached' | 'elsewhere' | 'cut' | 'follows' | 'refused' | 'started'
  /**
   * The file or the statement as it is written; with `cut`, what code threw, '' where it threw nothing; with `refused`, what
   * it wanted to do; with `started`, the command.
   */
  readonly text: string
}

/** Whether the schema may differ from production because of these. */
export const wasCut = (told: readonly Withheld[]): boolean =>
  told.some(({ kind }) => kind === 'cut' || kind === 'follows')
