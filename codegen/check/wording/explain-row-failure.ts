// Explains by SQLite's message why a statement only fails on rows, and how to fix the rows first.
import type { CatalogTable } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import { FIX_MERGED, whyMerged } from './explain-merge.js'
import { explainCheck } from './explain-check.js'
import { explainNotNull } from './explain-not-null.js'
import { explainUnique } from './explain-unique.js'
import { readPlace, type FailurePlace, type RowFailureWords, type Words } from './failure-place.js'
import { nearestName, textsAt } from './missing-name.js'
import { misplacedColumn } from './misplaced-column.js'
import { beforehand } from '../subject/declared-place.js'
import { mentions } from '../../sql/names-in.js'
import { oneLine } from '../../sql/one-line.js'
import type { ReplayedStep } from '../subject/rule.js'
import { columnOf } from '../../model/in-catalog.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Statement } from '../../sql/statement.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'

/** The words for a failure of SQLite with the stage `rows`. */
export function explainRowFailure(fact: StepFailed, step: ReplayedStep): RowFailureWords {
  const otherwise = OTHERWISE(beforehand(step.migration, fact.at.direction))
  const [one, other] = fact.merged ?? []
  if (one !== undefined && other !== undefined)
    return { doubtful: false, why: `${whyMerged(one, other)}.`, fix: FIX_MERGED }
  const meant = nearestName(fact, step)
  for (const [pattern, explain] of EXPLANATIONS) {
    const match = pattern.exec(fact.message)
    if (!match) continue
    const place = readPlace(match[1] ?? '', fact, step)
    return { doubtful: false, ...(explainMisplaced(place) ?? explain(place)) }
  }
  return meant === '' ? otherwise : { ...otherwise, fix: `${meant}${CORRECT_NAME}` }
}

const CORRECT_NAME = 'Correct the name; it is read only if there are rows, so it fails only then'

/** Whatever the constraint is: the values are those of another column. */
function explainMisplaced(place: FailurePlace): Words | null {
  const { named } = place
  const found = misplacedColumn(place, (column) => named === '' || mentions(named, column))
  return (
    found && {
      why: `The copy puts the values of ${found.source} into ${found.column}.`,
      fix: `If ${found.column} is to keep its own values, name the columns in the same order on both sides of the copy; otherwise convert those of ${found.source} to fit`,
      isMisplaced: true,
    }
  )
}

const EXPLANATIONS: readonly (readonly [RegExp, (place: FailurePlace) => Words])[] = [
  [/^UNIQUE constraint failed: (.*)$/m, ({ unique }) => explainUnique(unique)],
  [/^NOT NULL constraint failed: (.*)$/m, explainNotNull],
  [/^NOT NULL constraint failed$/m, explainAddedNull],
  [/^CHECK constraint failed(?:: ([^]*))?$/m, explainCheck],
  [/^constraint failed$/m, explainAlteration],
  [/^FOREIGN KEY constraint failed/m, explainForeignKey],
  [/^cannot store \w+ value in \w+ column (.*)$/m, explainType],
  [/^datatype mismatch/m, explainRowid],
  [/malformed JSON/, explainJson],
  [/bad JSON path: (.*)$/ms, explainPath],
  [/^(?:near "[^]*": syntax error|unrecognized token: [^]*|incomplete input)$/, explainSyntax],
  [/^cannot add a STORED column/, explainAddedStored],
  [/^cannot add a /i, explainAddedColumn],
]

const OTHERWISE = (there: string): RowFailureWords => ({
  why: 'Tests that begin with an empty database do not hit this; real databases do.',
  fix: `Change the statement so that it works on every row that the schema allows, or fix the rows before it, ${there}`,
  doubtful: false,
})

/** Only code makes statements of what rows hold, or runs some only if there are rows. */
function explainSyntax({ unique: { fact } }: FailurePlace): Words {
  // Long values are shown cut off, and quotes in them doubled.
  const held = Object.values(fact.row ?? {}).map((one) => /^[^'"…]{0,12}/.exec(String(one))![0])
  const { statement } = fact.at
  return held.some((one) => one.length > 3 && statement?.includes(one))
    ? {
        why: 'The code puts a value of the row into the text of the statement, where a quote in it ends the literal.',
        fix: 'Bind the values instead of writing them into the statement, as in `db.prepare("… WHERE id = ?").run(id)`',
      }
    : {
        why: 'The code runs this statement only if there are rows.',
        fix: 'Correct the statement, or if the code makes it of values, bind these instead',
      }
}

/** For ALTER TABLE … ALTER COLUMN and … ADD CONSTRAINT, SQLite only says `constraint failed`. */
function explainAlteration(failed: FailurePlace): Words {
  const place = { ...failed, hasColumn: true }
  const { shape, unique } = place
  if (shape?.kind === 'alter-column') return explainNotNull(place)
  const check = /\bcheck\s*\((.*)\)/is.exec(unique.sql ?? '')?.[1]
  return shape?.kind === 'alter-constraint' && check !== undefined
    ? explainCheck({ ...place, named: oneLine(check) })
    : OTHERWISE(beforehand(unique.step.migration, unique.fact.at.direction))
}

function explainForeignKey({ shape, tables, unique }: FailurePlace): Words {
  // The statement of a batch is not among those of the step.
  const isOpen = shape === null || shape.kind === 'other'
  const writes = isOpen || shape.kind === 'insert' || writesKey(shape, tables)
  const removes = isOpen || !writes
  const deeds = [
    ...(removes ? ['other rows refer to those that it removes or changes'] : []),
    ...(writes ? ['it writes a value that refers to no row'] : []),
  ]
  const isLeftOut = unique.step.migration.batches === undefined
  const before = isLeftOut ? 'first' : 'first, in a migration before this one'
  const first =
    removes && writes
      ? `${REFERRED} ${before}, or write only values that refer to an existing row`
      : removes
        ? `${REFERRED} ${before}`
        : 'Write only values that refer to an existing row'
  return {
    why: `Foreign keys are enforced in this step, and ${deeds.join(', or ')}.`,
    fix: `${first}${isLeftOut ? ", or leave out `foreignKeys: 'enforce'` and keep both sides consistent" : ''}`,
  }
}

const REFERRED = 'Remove or change the rows that refer to them'

/** Whether an UPDATE sets a column of a foreign key of its table. */
const writesKey = (shape: Statement, tables: readonly CatalogTable[]): boolean =>
  shape.kind === 'update' &&
  tables.some(
    ({ name, foreignKeys }) =>
      isSameName(name, plainName(shape.table.key)) &&
      foreignKeys.some(({ columns }) =>
        columns.some((column) =>
          shape.columns.some(({ key }) => isSameName(plainName(key), column)),
        ),
      ),
  )

function explainType({ table, tables, running, shape, columns, unique }: FailurePlace): Words {
  const [column = ''] = columns
  const name = sqlName(column)
  const [, value, type = '…'] = /store (\w+) value in (\w+)/.exec(unique.fact.message) ?? []
  const { fact, step } = unique
  const [old] = tables.flatMap(({ name: table }) => {
    const found = step[fact.at.direction === 'up' ? 'before' : 'after'].get(
      `table ${foldCase(table)}`,
    )
    return found?.type === 'table' && columnOf(found, column) ? [found] : []
  })
  const was = (old && columnOf(old, column)?.type) ?? ''
  if (old?.strict && isSameName(was, type))
    return {
      why: `A STRICT table takes a value only if it converts without loss, and what is written into ${column} may not be of the type ${type}.`,
      fix: `Convert what is written there, as in \`CAST(… AS ${type})\``,
    }
  const query = lookAt(name, table, { value, type })
  return {
    why: old?.strict
      ? `A STRICT table takes a value only if it converts without loss, and ${column} had the type ${was} until now.`
      : 'A table that is not STRICT may hold any value in any column; a STRICT one may not.',
    fix: `Check what is there${old ? ` with \`${query}\`` : ''}, and convert it${shape?.kind === 'update' ? '' : WHERE_CONVERTED[running]}, as in \`CAST(${name} AS ${type})\``,
  }
}

/** The texts that do not convert; or else which types there are. */
const lookAt = (
  name: string,
  table: string,
  { value, type }: { readonly value: string | undefined; readonly type: string },
): string =>
  value === 'TEXT' && /^INT|^REAL/.test(type)
    ? `SELECT ${name} FROM ${table} WHERE CAST(CAST(${name} AS ${type}) AS TEXT) <> ${name}`
    : `SELECT typeof(${name}), count(*) FROM ${table} GROUP BY 1`

const WHERE_CONVERTED = {
  alter: ' by `using`',
  batches: '',
  call: ' in the copy',
  statement: ' in the copy',
}

function explainAddedColumn(): Words {
  return {
    why: 'SQLite can add such a column only to an empty table.',
    fix: 'Give the column a constant DEFAULT that is right for existing rows; or add it so that it may be NULL, fill it with an UPDATE, and then rebuild the table (`ctx.rebuild`) with the final column',
  }
}

function explainAddedStored(): Words {
  return {
    why: 'SQLite can add such a column only to an empty table.',
    fix: 'Make it VIRTUAL: it is then computed when it is read, and can have an index. If it must be stored, rebuild the table (`ctx.rebuild`)',
  }
}

function explainAddedNull(): Words {
  return {
    why: 'The new column is computed from others, and is NULL where they are.',
    fix: 'Make its expression give a value for every row, as in `coalesce(…, …)`, or leave out NOT NULL',
  }
}

function explainRowid(): Words {
  return {
    why: 'An INTEGER PRIMARY KEY takes only whole numbers, and the values come from a column that may hold others.',
    fix: 'Copy only whole numbers, or let SQLite assign new numbers and keep the old key in another column',
  }
}

/** SQLite names the path as SQL writes it. */
function explainPath({ named, unique: { fact, step } }: FailurePlace): Words {
  return textsAt(fact, step).some((text) => text.includes(named))
    ? {
        why: 'The path itself is wrong, whatever the rows hold.',
        fix: 'Correct the path, as in `$.name`, `$.list[0]` or `$."a name"`',
      }
    : {
        why: 'The path comes from values, and not every text is a valid path.',
        fix: "Build a valid path from them, as in `'$.' || json_quote(name)`",
        doubtful: true,
      }
}

function explainJson({ unique: { fact, sql } }: FailurePlace): Words {
  if (
    /\bjson_(?:each|tree)\b/i.test(sql ?? '') &&
    fact.schema.some((one) => /json_valid/i.test(one))
  )
    return {
      why: 'The text is JSON, but an element of it may be plain text, which is not JSON by itself.',
      fix: "Check the type of the element first, as in `WHERE j.type = 'object'`, using the alias of the call in FROM",
      doubtful: true,
    }
  return {
    why: 'The schema allows any text there, including text that is not JSON.',
    fix: 'Check with `json_valid(…)` first, as in `CASE WHEN json_valid(data) THEN json_extract(…) END`; or, if only JSON is ever stored there, give such rows as `seeds` in the configuration',
    doubtful: true,
  }
}
