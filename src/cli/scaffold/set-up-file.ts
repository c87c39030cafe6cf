// One line of the output of `init`. Types only.

/** What happened to a file; `file` is relative to the project. */
export interface SetUpFile {
  readonly file: string
  readonly state: 'written' | 'changed' | 'kept'
  readonly note: string
}
