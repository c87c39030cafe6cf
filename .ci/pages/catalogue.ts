// Reads the catalogues: files of exported factories, each of which creates one error or one diagnostic.
import {
  type CallExpression,
  Node,
  type Project,
  type SourceFile,
  SyntaxKind,
  type VariableDeclaration,
} from 'ts-morph'
import { ROLLED_BACK, RUN_AGAIN, STILL_THERE } from '../../src/model/told-step.js'
import { docOf } from './doc-comment.js'
import { patternOf, textOf } from './pattern.js'

/** One code of the catalogue. */
export interface CatalogueEntry {
  /** `AREA_CONDITION`; never changes. */
  readonly code: string
  /** The factory's name. */
  readonly factory: string
  /** Base name of the file it is in, which is its area. */
  readonly area: string
  /** The factory's doc comment. */
  readonly meaning: string
  /** The text with `‹name›` for each value that is filled in. */
  readonly message: string
  readonly fix: string
}

/** The form of a code; that it has two words is checked elsewhere. */
const CODE = /^[A-Z][A-Z0-9]{2,}(?:_[A-Z0-9]+)*$/

/** The errors of the runtime and of the command line, file by file. */
export const runtimeErrors = (project: Project): CatalogueEntry[] =>
  entriesOf(project, (path) => path.includes('/src/errors/'))

/** The findings of the build, file by file, without those of the rules. */
export const buildProblems = (project: Project): CatalogueEntry[] =>
  entriesOf(project, (path) => path.includes('/codegen/'))

function entriesOf(project: Project, belongs: (path: string) => boolean): CatalogueEntry[] {
  return project
    .getSourceFiles()
    .filter((file) => belongs(file.getFilePath()))
    .toSorted((a, b) => (a.getFilePath() < b.getFilePath() ? -1 : 1))
    .flatMap((file) => factoriesOf(file).map(entryOf))
}

/** The factories of a file: its exported functions whose body names a code. */
export const factoriesOf = (file: SourceFile): VariableDeclaration[] =>
  file
    .getVariableDeclarations()
    .filter((declaration) => declaration.isExported() && codeIn(declaration) !== undefined)

function entryOf(factory: VariableDeclaration): CatalogueEntry {
  const code = codeIn(factory)
  const [message = '', lines = '', state = '', fix = '', next = ''] = code ? textsBeside(code) : []
  return {
    code: code?.getLiteralText() ?? '',
    factory: factory.getName(),
    area: factory.getSourceFile().getBaseNameWithoutExtension(),
    meaning: docOf(factory.getVariableStatement()),
    message: sentences(
      message,
      lines && state && '…',
      state,
      code && leftOf(code, 'ofStep', leftOf(code, 'next', LEFT)),
    ),
    fix: sentences(fix, next, code && leftOf(code, 'next', THEN)),
  }
}

/** The texts added if a step ended with the error, in its transaction or outside one. */
const LEFT = `(${ROLLED_BACK} | ${STILL_THERE})`
const THEN = `(${RUN_AGAIN} | ‹how to resolve the step›)`

/** The text added to an error whose step is known, unless the error has this part itself. */
function leftOf(code: Node, part: string, added: string): string {
  const object = code.getParent()?.getParent()
  const isOfStep = object && valueOf(object, 'where') && !valueOf(object, 'state')
  return isOfStep && !valueOf(object, part) ? added : ''
}

const codeIn = (factory: VariableDeclaration) =>
  factory
    .getDescendants()
    .find((node) => Node.isStringLiteral(node) && CODE.test(node.getLiteralText())) as
    (Node & { getLiteralText(): string }) | undefined

const sentences = (...texts: readonly (string | undefined)[]): string =>
  texts.filter(Boolean).join(' ')

const PARTS = ['message', 'lines', 'state', 'fix', 'next']

/** The parts of a text beside the code: properties of an object after or around it, or arguments of the file's own shorthand. */
function textsBeside(code: Node): string[] {
  const parent = code.getParent()
  const object = parent?.getParent()
  const values = Node.isCallExpression(parent)
    ? PARTS.map((name) => argumentFor(parent, name))
    : PARTS.map((name) => object && valueOf(object, name))
  return values.map((value, at) => (value ? (PARTS[at] === 'fix' ? textOf : patternOf)(value) : ''))
}

/** The argument that a call passes under this name, otherwise the value in the shorthand itself. */
function argumentFor(call: CallExpression, name: string): Node | undefined {
  const given = call.getArguments().find((argument) => valueOf(argument, 'message'))
  if (given) return valueOf(given, name)
  const shorthand = shorthandOf(call)
  const names = shorthand?.getParameters().map((parameter) => parameter.getName()) ?? []
  if (names.includes(name)) return call.getArguments()[names.indexOf(name)]
  const object = shorthand?.getFirstDescendantByKind(SyntaxKind.ObjectLiteralExpression)
  return object && valueOf(object, name)
}

function shorthandOf(call: CallExpression) {
  const name = call.getExpression().getText()
  const files = [call.getSourceFile(), ...call.getProject().getSourceFiles()]
  const shorthand = files.flatMap((file) => {
    const value = file.getVariableDeclaration(name)?.getInitializer()
    return file.getFunction(name) ?? (Node.isArrowFunction(value) ? value : [])
  })
  return shorthand[0]
}

function valueOf(object: Node, name: string): Node | undefined {
  if (!Node.isObjectLiteralExpression(object)) return undefined
  const property = object.getProperty(name)
  if (Node.isPropertyAssignment(property)) return property.getInitializer()
  return Node.isShorthandPropertyAssignment(property) ? property.getNameNode() : undefined
}
