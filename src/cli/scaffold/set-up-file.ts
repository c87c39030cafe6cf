// One line of what `init` tells. Types only.

/** What became of a file; `file` is relative to the project. */
export interface SetUpFile {
  readonly file: string
  readonly state: 'written' | 'changed' | 'kept'
  readonly note: string
}
