// Explains why rows are lost or conflict if two tables are merged, and how to keep all of them.

/** Why the rows of a table collide with those of another one, as a sentence without the full stop. */
export const whyMerged = (table: string, other: string): string =>
  `${table} and ${other} number their rows by themselves, so that both have rows of the same number`

/** Without a full stop. */
export const FIX_MERGED =
  'Let the rows that are put into the other table get new numbers: leave the key out of the INSERT, and carry along what points ' +
  'at them. Where rows of the same number are the same thing, merge them by an UPDATE before it, and insert only the others'
