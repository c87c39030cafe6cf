// Reads from a registry on disk what declared changes were expanded to: the expansion is kept, even if a later version of
// Lockstep would expand them differently.
import { join } from 'node:path'
import type { GenerateSettings } from '../model/settings.js'
import { readQuietly } from '../project/read-quietly.js'
import { registryTokens, type Token } from './registry-tokens.js'
import { isDerived, isUnexpanded, withExpansion } from '../alter/expanded.js'
import { expansionDigest } from '../checksum/expansion-digest.js'
import type { AlterStep, ParsedMigration } from '../model/migration.js'

/** The expansion of declared changes as a registry has it; a side is null if it is missing or of another form. */
export interface WrittenExpansion {
  readonly digest: string
  readonly up: readonly AlterStep[] | null
  readonly down: readonly AlterStep[] | null
}

/** The migration with the steps that the registry has for it, unless they were edited there. */
export function asWritten(
  migration: ParsedMigration,
  known: WrittenExpansion | undefined,
): ParsedMigration {
  if (!known?.up || !isUnexpanded(migration)) return migration
  const { up, digest } = known
  const down = isDerived(migration) ? known.down : null
  if (isDerived(migration) && !down) return migration
  const expanded = withExpansion(migration, { up, down })
  return expansionDigest(expanded) === digest ? expanded : migration
}

/** The expansions of the registry on disk by version; empty if there is no registry. */
export const expansionsOnDisk = ({
  out,
  language,
}: Pick<GenerateSettings, 'out' | 'language'>): ReadonlyMap<number, WrittenExpansion> =>
  expansionsIn(readQuietly(join(out, `registry.${language}`)))

/** The same from the text of a registry. */
export function expansionsIn(text: string): ReadonlyMap<number, WrittenExpansion> {
  const found = new Map<number, WrittenExpansion>()
  if (!text.includes('expanded')) return found
  const { tokens } = registryTokens(text)
  let version = 0
  let digest: string | null = null
  for (const [at, token] of tokens.entries()) {
    if (tokens[at + 1]?.text !== ':') continue
    const value = tokens[at + 2]?.text ?? ''
    if (token.text === 'version' && /^\d+$/.test(value)) [version, digest] = [Number(value), null]
    if (token.text === 'expanded') digest = value.replace(/^'/, '')
    if (token.text === 'source' && digest !== null)
      found.set(version, { digest, ...sidesAt(new TokenReader(tokens, at + 2)) })
  }
  return found
}

function sidesAt(reader: TokenReader): Pick<WrittenExpansion, 'up' | 'down'> {
  const up = reader.take('{', 'up', ':') ? sideAt(reader) : null
  const down = up && reader.take(',', 'down', ':') ? sideAt(reader) : null
  return { up, down }
}

/** The steps of a side, which is a text of SQL or a function of `db.exec` and `ctx.rebuild` calls; null if it is neither. */
function sideAt(reader: TokenReader): readonly AlterStep[] | null {
  const sql = reader.string()
  if (sql !== null) return [{ kind: 'run', sql: sql.replace(/;$/, '') }]
  if (!reader.take('(', 'db') && !reader.take('(', '_db')) return null
  if (!reader.take(',', 'ctx', ')', '=>', '{')) return null
  const steps: AlterStep[] = []
  while (!reader.take('}')) {
    const step = stepAt(reader)
    if (!step) return null
    steps.push(step)
  }
  return steps
}

function stepAt(reader: TokenReader): AlterStep | null {
  if (reader.take('db', '.', 'exec', '(')) {
    const sql = reader.string()
    return sql !== null && reader.take(')') ? { kind: 'run', sql } : null
  }
  if (!reader.take('ctx', '.', 'rebuild', '(')) return null
  const table = reader.string()
  if (table === null || !reader.take(',', '{', 'create', ':')) return null
  const create = reader.string()
  if (create === null) return null
  const columns = reader.take(',', 'columns', ':', '[') ? listAt(reader) : undefined
  const copy = reader.take(',', 'copy', ':', '{') ? copyAt(reader) : {}
  if (columns === null || copy === null || !reader.take('}', ')')) return null
  return { kind: 'rebuild', table, create, ...(columns && { columns }), copy }
}

function listAt(reader: TokenReader): readonly string[] | null {
  const list: string[] = []
  do {
    const one = reader.string()
    if (one === null) return null
    list.push(one)
  } while (reader.take(','))
  return reader.take(']') ? list : null
}

function copyAt(reader: TokenReader): Readonly<Record<string, string>> | null {
  const copy: [string, string][] = []
  do {
    const name = reader.key()
    const value = name !== null && reader.take(':') ? reader.string() : null
    if (name === null || value === null) return null
    copy.push([name, value])
  } while (reader.take(','))
  return reader.take('}') ? Object.fromEntries(copy) : null
}

/** Walks over tokens. */
class TokenReader {
  readonly #tokens: readonly Token[]
  #at: number

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens
    this.#at = at
  }

  /** Consumes these tokens if exactly they come next. */
  take(...texts: readonly string[]): boolean {
    const isNext = texts.every((text, index) => this.#tokens[this.#at + index]?.text === text)
    if (isNext) this.#at += texts.length
    return isNext
  }

  /** Consumes a string and returns its value; null if the next token is none. */
  string(): string | null {
    const text = this.#tokens[this.#at]?.text ?? ''
    if (!text.startsWith("'")) return null
    this.#at += 1
    return text.slice(1)
  }

  /** Consumes a property key and returns its name: bare, as a string, or in brackets. */
  key(): string | null {
    const isComputed = this.take('[')
    const name = this.string() ?? this.#word()
    return !isComputed || this.take(']') ? name : null
  }

  #word(): string | null {
    const text = this.#tokens[this.#at]?.text ?? ''
    if (!/^\w+$/.test(text)) return null
    this.#at += 1
    return text
  }
}
