// Writes other numbers where migrations state their versions in code, and leaves everything else as it is.
import { Node, type ParenthesizedExpression } from 'ts-morph'
import { isWrapper } from '../loading/erased-syntax.js'
import { renumberUnreadable } from '../../src/errors/renumber.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { versionId } from '../../src/model/version.js'
import type { MigrationFile, ParsedMigration } from '../model/migration.js'
import type { Unit } from './unit.js'

/**
 * The new texts of the files whose code states a version, each raised by `shift`: `version = '002'`, `version: 7`, a
 * constant of the same file. Throws `RENUMBER_UNREADABLE` where a migration cannot be read, or its version is computed.
 */
export function restateVersions(unit: Unit, shift: number): Map<MigrationFile, string> {
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

/** What to write in place of the characters from `start` to `end`. */
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

/** In the same quotes, and with as many zeros as before. */
function restated(written: string, version: number): string {
  const [, quote = '', digits = ''] = /^(['"`]?)(\w+)/.exec(written) ?? []
  if (quote === '') return String(version)
  const padded = digits.startsWith('0') || digits.length >= 3
  return `${quote}${padded ? versionId(version).padStart(digits.length, '0') : version}${quote}`
}

/** The number or text that an expression comes down to, as far as it is written in plain sight. */
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
