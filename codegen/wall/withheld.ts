// Describes what the wall withheld from migrations that ran as a trial. Pure.

/** Something that happened differently than it will in production. */
export interface Withheld {
  /**
   * `database`: an empty in-memory database stands in for this file. `statement`: it was skipped. `reached`: it ran and mentions
   * an attached stand-in. `elsewhere`: it ran on a stand-in. `cut`: something that may create part of the schema was skipped or
   * ended early. `follows`: it was skipped because it may need what was cut. `refused`: it was not allowed. `started`: a process
   * or a thread, which has a wall of its own if it is Node.
   */
  readonly kind:
    'database' | 'statement' | 'reached' | 'elsewhere' | 'cut' | 'follows' | 'refused' | 'started'
  /**
   * The file or the statement as written; for `cut`, why the code ended, '' for a skipped statement; for `refused`, the action;
   * for `started`, the command.
   */
  readonly text: string
}

/** Whether the schema may differ from production because of these. */
export const wasCut = (told: readonly Withheld[]): boolean =>
  told.some(({ kind }) => kind === 'cut' || kind === 'follows')
