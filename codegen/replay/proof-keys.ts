// Computes a digest of what the proof of each version depends on: equal digests, equal proof. Each key includes the one before it, so that
// it stands for the whole history so far.
import { memo } from '../../src/model/collected.js'
import { createHash } from 'node:crypto'
import { ts, type Node } from 'ts-morph'
import type { Bundle } from '../bundle/build-module.js'
import { fileDigest } from '../project/fingerprint.js'
import type { ParsedMigration, Side } from '../model/migration.js'
import type { RegistryItem } from '../model/registry-item.js'
import { isOurs } from './builtin-leaks.js'
import { columnKnowledge, stampOf } from './rows/fill/knowledge.js'

/** One key for each item. `environment` stands for everything that concerns all versions. */
export function proofKeys(
  items: readonly RegistryItem[],
  { imports }: Pick<Bundle, 'imports'>,
  environment: string,
): string[] {
  const importedBy = importDigests(imports)
  const texts = items.map(({ migration }) => textsOf(migration))
  const knownOf = knowledgeStamps(items, texts)
  let key = environment
  return items.map((item, index) => {
    const { path } = item.migration.file
    const helpers = importedBy(path)
    const mayDelete = helpers !== '' || texts[index]!.some((text) => /\bdelete\b/i.test(text))
    const known = [knownOf(index, helpers), mayDelete ? uniqueBehind(items, index) : '']
    key = hashOf([key, ...meaningOf(item), ...texts[index]!, helpers, ...known])
    return key
  })
}

/**
 * What later versions say about the columns that a version makes decides which rows its tables get. SQL names its columns; code with
 * imports may make any.
 */
function knowledgeStamps(
  items: readonly RegistryItem[],
  texts: readonly (readonly string[])[],
): (index: number, helpers: string) => string {
  const scripts = items.flatMap(({ migration: { up, down } }) => [
    ...piecesOf(up),
    ...piecesOf(down),
  ])
  const codes = items.flatMap(({ migration: { up, down } }) =>
    [up, down].flatMap((side) => (side?.kind === 'code' ? [side.node.getText()] : [])),
  )
  const knowledge = columnKnowledge(scripts, codes)
  return (index, helpers) => stampOf(knowledge, helpers === '' ? texts[index]! : scripts)
}

/** The UNIQUE indexes of the next version say which rows this one regards as duplicates, if it may delete any. */
function uniqueBehind(items: readonly RegistryItem[], index: number): string {
  const next = items[index + 1]?.migration.up ?? null
  return piecesOf(next)
    .filter((text) => /\bunique\s+index\b/i.test(text))
    .join('\n')
}

const piecesOf = (side: Side | null): string[] =>
  side?.kind === 'sql' ? side.pieces.map(({ text }) => text) : []

/** Formatting does not count; the text of SQL does, since a database stores it as written. */
function meaningOf({ migration, checksums, leftOut = [] }: RegistryItem): string[] {
  const { version, transaction, foreignKeys, effects, irreversible } = migration
  const options = [
    transaction?.value === false,
    foreignKeys?.value,
    effects?.value,
    irreversible !== null,
  ]
  return [String(version), checksums.up, checksums.down ?? '', JSON.stringify([options, leftOut])]
}

function textsOf({ up, down }: ParsedMigration): string[] {
  const texts = (side: Side | null): string[] => {
    if (!side) return ['none']
    if (side.kind === 'sql') return piecesOf(side)
    return side.steps ? [JSON.stringify(side.steps)] : literalsOf(side.node)
  }
  return ['up', ...texts(up), 'down', ...texts(down)]
}

/** All literals of the file with the code, exactly as written: the code may use literals outside of it. */
function literalsOf(node: Node): string[] {
  const { compilerNode: file } = node.getSourceFile()
  const found: string[] = []
  const walk = (one: ts.Node): void => {
    if (ts.isLiteralExpression(one) || ts.isTemplateHead(one)) found.push(one.getText(file))
    else if (ts.isTemplateMiddleOrTemplateTail(one)) found.push(one.getText(file))
    ts.forEachChild(one, walk)
  }
  walk(file)
  return found
}

/** The bytes of the files that a migration imports, directly or indirectly; for packages, their names. */
function importDigests(imports: Bundle['imports']): (path: string) => string {
  const digestOf = memo((path: string) => `${fileDigest(path)}`)
  return (start) => {
    const reached = new Set<string>()
    const walk = (path: string): void => {
      for (const one of imports.get(path) ?? []) {
        if (reached.has(one.path) || isOurs(one.path)) continue
        reached.add(one.path)
        if (!one.external) walk(one.path)
      }
    }
    walk(start)
    return [...reached]
      .sort()
      .map((path) => (imports.has(path) ? digestOf(path) : path))
      .join(' ')
  }
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('hex').slice(0, 32)
}
