// Renders one entry of the registry: an object literal of literals and the migration itself.
import { expansionDigest } from '../../checksum/expansion-digest.js'
import type { Need, ParsedMigration, Side, AlterStep } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import { ledgerName } from '../../../src/model/ledger.js'
import { versionId } from '../../../src/model/version.js'
import { renderLiteral, renderKey } from './render-literal.js'
import type { RegistryItem } from '../../model/registry-item.js'
import { takesContext } from './takes-context.js'

/** The entry as an object literal, not yet formatted; fields that say nothing are left out. */
export const renderEntry = (item: RegistryItem, history: History = {}): string =>
  renderObject(fieldsOf(item, history))

/** Like `renderEntry`, with the version's part of `digests`. */
export const renderRecord = (item: RegistryItem): string =>
  renderObject({ ...fieldsOf(item, {}), ...renderSchema(item) })

/** The history of the entry; its name is in the first entry. */
interface History {
  readonly history?: string | undefined
  /** The locations of the histories that it needs. */
  readonly histories?: GenerateSettings['histories'] | undefined
}

/** The version's part of `digests`; undefined without replay. */
export function renderDigests(item: RegistryItem): string | undefined {
  const schema = renderSchema(item)
  return schema && renderObject(schema)
}

function fieldsOf(
  item: RegistryItem,
  { history, histories = {} }: History,
): Readonly<Record<string, string | undefined>> {
  const { migration, checksums } = item
  return {
    version: String(migration.version),
    name: renderLiteral(migration.name),
    ...(history &&
      migration.version === 1 && { history: renderLiteral(history), together: 'together' }),
    description: declared(migration.description),
    file: renderLiteral(migration.file.file),
    downFile: migration.downFile && renderLiteral(migration.downFile.file),
    checksum: renderLiteral(checksums.up),
    downChecksum: checksums.down === null ? undefined : renderLiteral(checksums.down),
    expanded: migration.alter && renderLiteral(expansionDigest(migration)),
    formerly: renderList(item.formerly),
    lineage: renderLiteral(item.lineage),
    ...renderReversal(migration),
    acknowledged: renderList(item.acknowledged),
    transaction: migration.transaction?.value === false ? 'false' : undefined,
    foreignKeys: declared(migration.foreignKeys),
    effects: declared(migration.effects),
    needs: renderList((migration.needs ?? []).map(({ value }) => textOfNeed(value, histories))),
    dependencies: migration.needs ? 'dependencies' : undefined,
    keepsForeignKeys: renderProof(item.keepsForeignKeys),
    at: renderPositions(migration),
    toolkit: takesContext(migration) ? 'toolkit' : undefined,
    resumable: migration.batches ? 'resumable' : undefined,
    walks: renderList(item.walks ?? []),
    source: isImported(migration) ? importName(migration.version) : renderScripts(migration),
  }
}

/** With the ledger in place of the name, if it is not the ledger of that name. */
function textOfNeed(
  { history, version }: Need,
  histories: NonNullable<History['histories']>,
): string {
  const table = histories[history]?.table ?? ledgerName(history)
  return `${table === ledgerName(history) ? history : JSON.stringify(table)}:${versionId(version)}`
}

const renderList = (texts: readonly string[]): string | undefined =>
  texts.length === 0 ? undefined : `[${texts.map(renderLiteral).join(', ')}]`

const renderProof = (kept: RegistryItem['keepsForeignKeys']): string | undefined =>
  kept === false ? undefined : kept === true ? 'true' : `[${kept.map(renderLiteral).join(', ')}]`

/**
 * Whether the entry imports its file; SQL from files and lists is written into the registry, and so is SQL if `down` is derived
 * from it or if it was expanded from declared changes.
 */
export function isImported({ form, down, alter }: ParsedMigration): boolean {
  const isDerived = down?.kind === 'sql' && down.derived === true
  return form !== 'sql' && form !== 'list' && !isDerived && !alter
}

/** The name under which a migration's file is imported. */
export const importName = (version: number): string => `m${versionId(version)}`

/** The digest of the schema after this version, and of the version's changes to it. */
function renderSchema({ schema }: RegistryItem): Record<string, string> | undefined {
  if (!schema?.schemaDigest) return undefined
  const changes = Object.entries(schema.schemaChanges).map(
    ([object, digest]) =>
      `${renderKey(object)}: ${digest === null ? 'null' : renderLiteral(digest)}`,
  )
  return {
    schemaDigest: renderLiteral(schema.schemaDigest),
    schemaChanges: changes.length === 0 ? '{}' : `{\n${changes.join(',\n')}\n}`,
  }
}

/** A step with a reason why it is irreversible is not reversible, even if there is a `down` beside the reason. */
function renderReversal({
  down,
  irreversible,
}: ParsedMigration): Record<string, string | undefined> {
  const reversible = down !== null && irreversible === null
  return { reversible: String(reversible), irreversible: declared(irreversible) }
}

function renderPositions({ up, down, file, downFile }: ParsedMigration): string | undefined {
  const sides = Object.entries({
    up: sidePositions(up, file.file),
    down: sidePositions(down, (downFile ?? file).file),
  })
  const known = sides.flatMap(([side, places]) => (places ? [`${side}: ${places}`] : []))
  return known.length > 0 ? `{ ${known.join(', ')} }` : undefined
}

/** One position for each script, so that the two lists correspond; none if a script was built from pieces. */
function sidePositions(side: Side | null, own: string): string | undefined {
  if (side?.kind !== 'sql' || !side.pieces.every((piece) => piece.verbatim)) return undefined
  const places = side.pieces.map(({ position: { file, line, column } }) =>
    renderLiteral(`${file === own ? '' : `${file}:`}${line}:${column}`),
  )
  return `[${places.join(', ')}]`
}

function renderScripts({ up, down, file: { file } }: ParsedMigration): string {
  if (!up) throw new TypeError(`${file} was read as SQL, but has no up.`)
  return renderObject({
    up: renderScript(up, file),
    down: down ? renderScript(down, file) : undefined,
  })
}

function renderScript(side: Side, file: string): string {
  if (side.kind === 'code') {
    if (side.steps) return renderSteps(side.steps)
    throw new TypeError(`${file} was read as SQL, but holds a function.`)
  }
  const texts = side.pieces.map((piece) => renderLiteral(piece.text))
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
}

const declared = (stated: { readonly value: string } | null): string | undefined =>
  stated ? renderLiteral(stated.value) : undefined

/** The line end after `{` asks Prettier to keep one field to a line. */
function renderObject(fields: Readonly<Record<string, string | undefined>>): string {
  const stated = Object.entries(fields).filter(([, value]) => value !== undefined)
  return `{\n${stated.map(([field, value]) => (field === value ? `${field},` : `${field}: ${value},`)).join('\n')}\n}`
}

/** The function, not yet formatted. */
function renderSteps(steps: readonly AlterStep[]): string {
  const handle = steps.some(({ kind }) => kind === 'run') ? 'db' : '_db'
  return `(${handle}, ctx) => {\n${steps.map(renderStep).join('\n')}\n}`
}

function renderStep(step: AlterStep): string {
  if (step.kind === 'run') return `db.exec(${renderLiteral(step.sql)})`
  const copied = Object.entries(step.copy).map(
    ([column, value]) => `${renderKey(column)}: ${renderLiteral(value)}`,
  )
  const copy = copied.length === 0 ? '' : `copy: {\n${copied.join(',\n')}\n},\n`
  const columns = step.columns ? `columns: [${step.columns.map(renderLiteral).join(', ')}],\n` : ''
  return `ctx.rebuild(${renderLiteral(step.table)}, {\ncreate: ${renderLiteral(step.create)},\n${columns}${copy}})`
}
