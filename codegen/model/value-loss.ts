// The ways in which a step loses values or rows. Types only.

/**
 * `replaced`: the column was dropped, and another one of its name added. `left-out`: no statement that fills the table names it.
 * `mixed`: rows have values of it that other rows had. `constant`: every row has the same one, beside columns that were swapped.
 * `rounded`: code has read an integer as a number that cannot hold it. `cast`: CAST has kept only a part of it. `shared`: all
 * rows get the value of one of them. `divided`: `down` does not reverse what `up` has multiplied. `forsaken`: `down` drops the
 * table that `up` has moved them to. `unlisted`: a CASE without ELSE does not cover a value that the table allows. `unmade`: what
 * is written is not derived from the column. `unreturned`: `down` does not restore a value that `up` has put into another column.
 * `reworded`: `down` leaves a text as `up` has made it from another one, which it does not show, or turns it into another one
 * that `up` maps to the same. `unpartnered`: a lookup in another table finds nothing for the row. `falsy`: 0 or '' is taken for a
 * missing value. `compared`: only the result of comparing the text is kept. `unexchanged`: two successive UPDATEs that exchange
 * columns leave both with the same values. `touched`: a trigger has written the time. `seeded`: a row of an earlier version is
 * inserted again. `untied`: a subquery has no condition on the row that gets its result. `levelled`: an UPDATE without a
 * condition gives all rows one value. `quotient`: integers are divided by an integer for a column of fractional numbers.
 * `withheld`: `down` gives all rows nothing or one value, though `up` has kept what they had. `parted`: `down` splits a text that
 * `up` has joined at another space. `unarchived`: a copy of rows that are deleted has nothing of it. `unlinked`: a key has become
 * NULL because its row was deleted as a duplicate of one that stays. `mistaken`: `down` sets what `up` has left alone. `interim`:
 * a subquery reads it from rows that the same UPDATE has already changed. `third`: `down` sets a value of its own where `up` has
 * set another one. `moved`: a new column has them, and every row has the same value in the old one. Absent if it was given other values.
 */
export type ValueLoss =
  | 'replaced'
  | 'left-out'
  | 'mixed'
  | 'constant'
  | 'rounded'
  | 'cast'
  | 'shared'
  | 'divided'
  | 'forsaken'
  | 'unlisted'
  | 'unmade'
  | 'unreturned'
  | 'reworded'
  | 'unpartnered'
  | 'falsy'
  | 'compared'
  | 'unexchanged'
  | 'touched'
  | 'seeded'
  | 'parted'
  | 'withheld'
  | 'quotient'
  | 'levelled'
  | 'untied'
  | 'unarchived'
  | 'unlinked'
  | 'mistaken'
  | 'interim'
  | 'third'
  | 'moved'

/**
 * `refilled`: all rows are deleted by name, and not all are restored. `older`: an existing table replaces this one. `nulls`: of
 * rows without a value, which a UNIQUE index treats as distinct, a DELETE by name leaves one. `filter`: a statement that drops
 * conflicting rows skips them, though nothing conflicts; `conflict`: the others, if it has both. `forsaken`: `up` has moved them
 * to `source`, which `down` drops; `left`: where it leaves them. `another`: a new table has the rows of `source` instead.
 * `unjoined`: a DELETE removes what a copy to `source` has left out because its JOIN finds no partner; `apart`: because its
 * filter compares differently; `unnamed`: because it names other values. `grouped`: a DELETE treats rows as the same that differ
 * in a column of the new key; `wholly`: it leaves none of those that agree in all of it. `early`: a DELETE removes them before
 * `later`, which only concerns them. `behind`: others were moved and deleted, and the table dropped. `along`: a DELETE of rows
 * that `source` has a copy of also removes them. `merged`: they are deleted with rows of `source` whose duplicates stay; `taken`:
 * which already have such rows. `skipped`: code copies rows one by one, and leaves these out. `unindexed`: an index had them, and
 * is refilled without them though `source` still has them. `twin`: each equals one that stays, in all columns but an own number.
 */
export type RowLoss =
  | 'behind'
  | 'along'
  | 'refilled'
  | 'older'
  | 'nulls'
  | 'filter'
  | 'conflict'
  | 'forsaken'
  | 'left'
  | 'another'
  | 'unjoined'
  | 'apart'
  | 'unnamed'
  | 'grouped'
  | 'wholly'
  | 'early'
  | 'unindexed'
  | 'merged'
  | 'taken'
  | 'skipped'
  | 'twin'

/** How a text differs from others that people consider equal: surrounding spaces, or capital letters. */
export type Spelling = 'spaces' | 'capitals'

/** The last statement that may copy rows of a dropped table to another one, and how many of them that has. */
export interface CopyOfDropped {
  readonly statement: string
  readonly to: string
  readonly has: 'all' | 'some' | 'none'
}
