// Plans the new names and texts of files whose migrations are renumbered. Nothing is written here.
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { renumberTargetExists, renumberUnreadable } from '../../src/errors/renumber.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { versionId } from '../../src/model/version.js'
import type { MigrationFile, ParsedMigration } from '../model/migration.js'
import type { Movers } from './choose-movers.js'
import type { Move } from './move-files.js'
import type { Unit } from './unit.js'
import { Node, type ParenthesizedExpression } from 'ts-morph'
import { isWrapper } from '../loading/erased-syntax.js'

/** One migration, or all of a list, with its new number. */
export interface Renumbering {
  readonly unit: Unit
  readonly from: number
  readonly becomes: number
  readonly moves: readonly Move[]
}

/**
 * Assigns the numbers after `last` to the units, in order; units that already have theirs are left out. Throws
 * `RENUMBER_TARGET_EXISTS` and `RENUMBER_UNREADABLE`.
 */
export function planRenumber({ units, last }: Movers): Renumbering[] {
  const planned: Renumbering[] = []
  let next = last + 1
  for (const unit of units) {
    if (unit.from !== next) planned.push(renumber(unit, next))
    next += unit.to - unit.from + 1
  }
  const leaving = new Set(planned.flatMap(({ moves }) => moves.map(({ path }) => path)))
  for (const { file, becomes, target } of planned.flatMap(({ moves }) => moves)) {
    if (existsSync(target) && !leaving.has(target))
      throw new LockstepError(renumberTargetExists(file, becomes))
  }
  return planned
}

/** One unit under a new number. Throws `RENUMBER_UNREADABLE`. */
export function renumber(unit: Unit, becomes: number): Renumbering {
  const shift = becomes - unit.from
  const texts = shift === 0 ? new Map<MigrationFile, string>() : restateVersions(unit, shift)
  const moves = unit.files.map((one) => {
    const name = newName(one, shift)
    return {
      path: one.path,
      target: posix.join(posix.dirname(one.path), name),
      file: one.file,
      becomes: posix.join(posix.dirname(one.file), name),
      text: texts.get(one) ?? null,
    }
  })
  return { unit, from: unit.from, becomes, moves }
}

/** The first number of a file name is its version, or its range. */
function newName({ file, from, to }: MigrationFile, shift: number): string {
  const number = versionId(from + shift) + (from === to ? '' : `-${versionId(to + shift)}`)
  return posix.basename(file).replace(/\d+(-\d+)?/, number)
}

/**
 * The new texts of the files whose code states a version, each raised by `shift`: `version = '002'`, `version: 7`, a constant of
 * the same file. Throws `RENUMBER_UNREADABLE` if a migration cannot be read, or its version is computed.
 */
function restateVersions(unit: Unit, shift: number): Map<MigrationFile, string> {
  const edits = new Map<number, Edit>()
  for (const migration of unit.migrations) {
    if (migration.unreadable) throw unreadable(migration, 'it cannot be read')
    const edit = editOf(migration, shift)
    if (edit) edits.set(edit.start, edit)
  }
  const [file] = unit.files
  if (!file || edits.size === 0) return new Map()
  const backwards = [...edits.values()].sort((a, b) => b.start - a.start)
  const text = backwards.reduce(
    (before, { start, end, text }) => before.slice(0, start) + text + before.slice(end),
    file.text,
  )
  return new Map([[file, text]])
}

/** The replacement for the characters from `start` to `end`. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

function editOf(migration: ParsedMigration, shift: number): Edit | null {
  const { declaredVersion, file } = migration
  if (!declaredVersion?.node) return null
  const literal = literalOf(declaredVersion.node)
  if (!literal || literal.getSourceFile().getFilePath() !== file.path)
    throw unreadable(migration, 'its code computes the version')
  const [start, end] = [literal.getStart(), literal.getEnd()]
  const written = literal.getText()
  if (file.text.slice(start, end) !== written)
    throw unreadable(migration, 'its code computes the version')
  return { start, end, text: restated(written, declaredVersion.value + shift) }
}

/** The version in the same quotes, and with as many zeros as before. */
function restated(written: string, version: number): string {
  const [, quote = '', digits = ''] = /^(['"`]?)(\w+)/.exec(written) ?? []
  if (quote === '') return String(version)
  const padded = digits.startsWith('0') || digits.length >= 3
  return `${quote}${padded ? versionId(version).padStart(digits.length, '0') : version}${quote}`
}

/** The literal number or text behind an expression, if it is written out. */
function literalOf(node: Node): Node | null {
  if (Node.isNumericLiteral(node) || Node.isStringLiteral(node)) return node
  if (Node.isNoSubstitutionTemplateLiteral(node)) return node
  if (Node.isIdentifier(node)) return constantOf(node.getText(), node)
  if (Node.isGetAccessorDeclaration(node)) return returnedBy(node)
  if (Node.isPropertyAssignment(node) || Node.isPropertyDeclaration(node)) return inner(node)
  if (Node.isShorthandPropertyAssignment(node)) return constantOf(node.getName(), node)
  if (Node.isVariableDeclaration(node)) return inner(node)
  return isWrapper(node.compilerNode)
    ? literalOf((node as ParenthesizedExpression).getExpression())
    : null
}

function inner(node: Node & { getInitializer(): Node | undefined }): Node | null {
  const initializer = node.getInitializer()
  return initializer ? literalOf(initializer) : null
}

function constantOf(name: string, beside: Node): Node | null {
  const declaration = beside.getSourceFile().getVariableDeclaration(name)
  return declaration ? inner(declaration) : null
}

function returnedBy(node: Node): Node | null {
  const [only, ...others] = node.getDescendants().filter(Node.isReturnStatement)
  const expression = others.length === 0 ? only?.getExpression() : undefined
  return expression ? literalOf(expression) : null
}

const unreadable = ({ file }: ParsedMigration, reason: string): LockstepError =>
  new LockstepError(renumberUnreadable(file.file, reason))
