// In which way an index does not fit its rows. Types only.

/**
 * `rowids`: rows have other rowids. `rows`: they say something else, are gone or new, and nobody told the index.
 * `unreadable`: what it reads is gone. `unfilled`: it was made and left empty. `unnumbered`: it was filled without the
 * numbers of the rows. `misfilled`: it was filled, but with other rows than there are. `text`: it was filled, or is kept by
 * triggers, with other text than the rows have. `blind`: it was made over what it cannot read. `keyed`: triggers keep it by
 * the rowids of the table, whose rows have other ones. `trigger`: one does not keep it as the rows are, or as another does.
 */
export type MisfitCause =
  | 'rowids'
  | 'rows'
  | 'unreadable'
  | 'unfilled'
  | 'unnumbered'
  | 'misfilled'
  | 'text'
  | 'blind'
  | 'keyed'
  | 'trigger'
