// The meaning of a CREATE TABLE: its columns in order, and its constraints as a set, however they are written.
import { canonicalName, cutAtCommas, insideOf, joinTokens } from '../sql/canonical-tokens.js'
import { unquote } from '../sql/names.js'
import { cutClauses } from './cut-clauses.js'
import type { ColumnShape, TableShape } from './schema.js'

/** Reads the tokens after the table's name; undefined if they are not a list of columns. */
export function tableShape(tokens: readonly string[]): TableShape | undefined {
  if (tokens[0] !== '(') return undefined
  const { inside, after } = insideOf(tokens, 0)
  const columns: ColumnShape[] = []
  const constraints: string[] = []
  const definitions = cutAtCommas(inside)
  for (const definition of definitions) {
    if (isConstraint(definition)) {
      for (const clause of cutClauses(definition).clauses) constraints.push(...constraintIn(clause))
    } else {
      const column = readColumn(definition)
      columns.push(column.shape)
      constraints.push(...column.constraints)
    }
  }
  const options = cutAtCommas(after).map(joinTokens)
  return {
    columns,
    constraints: [...new Set([...constraints, ...options])].filter((text) => text !== '').sort(),
    definitions: [...definitions.map(joinTokens), ...options].filter((text) => text !== ''),
  }
}

const CONSTRAINT_STARTS = new Set(['constraint', 'primary', 'unique', 'check', 'foreign'])

const isConstraint = ([first = '']: readonly string[]): boolean => CONSTRAINT_STARTS.has(first)

function constraintIn(clause: readonly string[]): string[] {
  const [kind = ''] = clause
  return kind === 'constraint' ? [] : [constraintText(kind as ConstraintKind, clause)]
}

/** The name that a token stands for: SQLite accepts one in single quotes as well. */
export const nameOf = (token: string): string =>
  token.startsWith("'") ? canonicalName(unquote(token)) : token

/** The properties of a column itself, in the order in which they are written out. */
const OWN = ['not', 'default', 'collate', 'as'] as const

function readColumn(definition: readonly string[]): {
  readonly shape: ColumnShape
  readonly constraints: readonly string[]
} {
  const [first = '', ...rest] = definition
  const name = nameOf(first)
  const { head, clauses } = cutClauses(rest)
  const own = new Map<string, string>()
  const constraints: string[] = []
  for (const clause of clauses) {
    const [kind = ''] = clause
    if (kind in OWN_TEXTS)
      own.set(kind === 'generated' ? 'as' : kind, OWN_TEXTS[kind]?.(clause) ?? '')
    else if (kind !== 'null' && kind !== 'constraint')
      constraints.push(constraintText(kind as ConstraintKind, clause, name))
  }
  const written = (kinds: readonly string[]): string[] =>
    kinds.map((kind) => own.get(kind) ?? '').filter((text) => text !== '')
  const text = [name, joinTokens(head), ...written(OWN)].filter((part) => part !== '').join(' ')
  const conflict = /on conflict \w+$/.exec(own.get('not') ?? '')?.[0] ?? ''
  return {
    shape: { name, text, untold: [name, conflict, ...written(['collate', 'as'])].join(' ') },
    constraints,
  }
}

const OWN_TEXTS: Readonly<Record<string, (clause: readonly string[]) => string>> = {
  not: (clause) => withoutAbort(joinTokens(clause)),
  default: defaultText,
  collate: ([, name = '']) => (name === 'binary' ? '' : `collate ${name}`),
  as: generatedText,
  generated: generatedText,
}

const withoutAbort = (text: string): string => text.replace(/ on conflict abort$/, '')

/** `DEFAULT (1)` is `DEFAULT 1`, and `DEFAULT NULL` is none. */
function defaultText([, ...value]: readonly string[]): string {
  const signed = value[1] === '-' || value[1] === '+'
  const enclosed = value[0] === '(' && value.length === (signed ? 4 : 3)
  const text = joinTokens(enclosed ? value.slice(1, -1) : value)
  return text === 'null' ? '' : `default ${text}`
}

/** Generated columns are virtual unless they are stored. */
function generatedText(clause: readonly string[]): string {
  const { inside, after } = insideOf(clause, clause.indexOf('('))
  return `as (${joinTokens(inside)}) ${after.includes('stored') ? 'stored' : 'virtual'}`
}

/** The keyword that begins a constraint. */
type ConstraintKind = 'primary' | 'unique' | 'check' | 'references' | 'foreign'

/** Writes a constraint, without its name; `column` is the one it is attached to. */
function constraintText(kind: ConstraintKind, clause: readonly string[], column?: string): string {
  if (kind === 'check') return `check (${joinTokens(insideOf(clause, clause.indexOf('(')).inside)})`
  if (kind === 'references' || kind === 'foreign') return foreignKeyText(clause, column)
  return keyText(kind, clause, column)
}

/**
 * PRIMARY KEY and UNIQUE. A column's own `PRIMARY KEY DESC` is kept distinct: unlike `PRIMARY KEY (column DESC)`, it does not
 * make an INTEGER column the rowid.
 */
function keyText(
  kind: 'primary' | 'unique',
  clause: readonly string[],
  column: string | undefined,
): string {
  const open = clause.indexOf('(')
  const { inside, after } =
    column === undefined ? insideOf(clause, open) : { inside: [column], after: clause.slice(1) }
  const columns = cutAtCommas(inside.filter((token) => token !== 'autoincrement')).map(
    orderedColumn,
  )
  const text = `${kind === 'primary' ? 'primary key' : 'unique'} (${columns.join(', ')})`
  const backwards = column !== undefined && after.includes('desc') ? ' desc' : ''
  const counting = clause.includes('autoincrement') ? ' autoincrement' : ''
  return text + backwards + conflictIn(after) + counting
}

/** A column of a key or an index; ascending order is the default and left out. */
const orderedColumn = (tokens: readonly string[]): string =>
  joinTokens(
    (tokens.length > 1 && tokens.at(-1) === 'asc' ? tokens.slice(0, -1) : tokens).map(nameOf),
  )

function conflictIn(tokens: readonly string[]): string {
  const resolution = tokens[tokens.indexOf('conflict') + 1] ?? ''
  return tokens.includes('conflict') && resolution !== 'abort' ? ` on conflict ${resolution}` : ''
}

function foreignKeyText(clause: readonly string[], column: string | undefined): string {
  const at = clause.indexOf('references')
  const columns = column === undefined ? insideOf(clause, clause.indexOf('(')).inside : [column]
  const [parent = '', ...rest] = clause.slice(at + 1)
  const { inside, after } = rest[0] === '(' ? insideOf(rest, 0) : { inside: [], after: rest }
  const [own, other] = [columns, inside].map((names) => joinTokens(names.map(nameOf)))
  const target = inside.length > 0 ? `${nameOf(parent)} (${other})` : nameOf(parent)
  return `foreign key (${own}) references ${target}${actions(joinTokens(after))}`
}

/** Defaults (NO ACTION, immediate) and what SQLite ignores (MATCH) are left out. */
function actions(text: string): string {
  const on = (event: string): string => {
    const [, action] = new RegExp(`on ${event} (set null|set default|\\w+)`).exec(text) ?? []
    return action && action !== 'no' ? ` on ${event} ${action}` : ''
  }
  const deferred = /(?<!not )deferrable initially deferred/.test(text) ? ' deferred' : ''
  return on('delete') + on('update') + deferred
}
