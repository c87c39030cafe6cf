// Reads what a migration states besides `up` and `down`: version, name, description and options.
import type { Node } from 'ts-morph'
import type { Declared, Need } from '../model/migration.js'
import { versionInvalid, wrongType } from './form-problems.js'
import { readNeeds } from './read-needs.js'
import type { Reader } from './reader.js'
import type { Constant, Members } from './values.js'

/** Version, name, description and options, each null if it is not stated or could not be read. */
export interface Facts {
  readonly declaredVersion: Declared<number> | null
  readonly declaredName: Declared<string> | null
  readonly description: Declared<string> | null
  readonly irreversible: Declared<string> | null
  readonly transaction: Declared<boolean> | null
  readonly foreignKeys: Declared<'enforce'> | null
  readonly effects: Declared<string> | null
  readonly needs?: readonly Declared<Need>[]
}

/** The facts that the members of an object, a class or a module state. `undefined` counts as not stated. */
export function readFacts(members: Members, reader: Reader): Facts {
  const read = <T extends Constant>(name: string, accepts: Accepts<T>): Declared<T> | null =>
    readDeclared({ name, node: members.get(name), ...accepts }, reader)
  const needs = readNeeds(members.get('needs'), reader)
  return {
    ...(needs.length > 0 && { needs }),
    declaredVersion: readVersion(members.get('version'), reader),
    declaredName: read('name', TEXT),
    description: read('description', TEXT),
    irreversible: read('irreversible', REASON),
    transaction: read('transaction', FLAG),
    foreignKeys: read('foreignKeys', ENFORCE),
    effects: read('effects', REASON),
  }
}

interface Accepts<T extends Constant> {
  readonly is: (value: Constant) => value is T
  /** What is accepted, as messages write it. */
  readonly expected: string
}

const isText = (value: Constant): value is string => typeof value === 'string'

const TEXT: Accepts<string> = { is: isText, expected: 'a constant string' }

const REASON: Accepts<string> = {
  is: (value): value is string => isText(value) && value.trim() !== '',
  expected: 'a string that gives the reason',
}

const FLAG: Accepts<boolean> = {
  is: (value): value is boolean => typeof value === 'boolean',
  expected: '`true` or `false`',
}

const ENFORCE: Accepts<'enforce'> = {
  is: (value): value is 'enforce' => value === 'enforce',
  expected: "`'enforce'`",
}

interface Wanted<T extends Constant> extends Accepts<T> {
  readonly name: string
  readonly node: Node | undefined
}

function readDeclared<T extends Constant>(wanted: Wanted<T>, reader: Reader): Declared<T> | null {
  const { node, name } = wanted
  const value = node && reader.evaluate(node)
  if (!node || !value) return null
  const position = reader.place(node)
  if (value.is !== 'constant') return reader.report(wrongType(position, name, wanted.expected))
  if (value.value === undefined) return null
  if (!wanted.is(value.value)) return reader.report(wrongType(position, name, wanted.expected))
  return { value: value.value, position, node }
}

const NUMBER_OR_TEXT: Accepts<string | number> = {
  is: (value): value is string | number => isText(value) || typeof value === 'number',
  expected: 'a number or a string of digits',
}

/** `2`, `'2'` and `'002'` are all version 2. */
function readVersion(node: Node | undefined, reader: Reader): Declared<number> | null {
  const declared = readDeclared({ name: 'version', node, ...NUMBER_OR_TEXT }, reader)
  if (!declared) return null
  const digits = String(declared.value)
  const value = /^\d+$/.test(digits) ? Number(digits) : 0
  if (value > 0 && Number.isSafeInteger(value)) return { ...declared, value }
  return reader.report(versionInvalid(declared.position, JSON.stringify(declared.value)))
}
