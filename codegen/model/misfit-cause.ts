// The ways in which an index does not match its rows. Types only.

/**
 * `rowids`: rows have other rowids. `rows`: rows have changed, are gone or new, and the index was not updated. `unreadable`: what
 * it reads is gone. `unfilled`: it was created and left empty. `unnumbered`: it was filled without the rowids. `misfilled`: it
 * was filled, but with other rows than exist. `overfilled`: it was filled with rows that its triggers keep out. `text`: it was filled, or is kept by triggers, with other text than the rows have.
 * `blind`: it was created over something that it cannot read. `keyed`: triggers keep it by the rowids of the table, whose rows
 * have other ones. `trigger`: a trigger does not keep it in line with the rows, or with another trigger.
 */
export type MisfitCause =
  | 'rowids'
  | 'rows'
  | 'unreadable'
  | 'unfilled'
  | 'unnumbered'
  | 'misfilled'
  | 'overfilled'
  | 'text'
  | 'blind'
  | 'keyed'
  | 'trigger'
