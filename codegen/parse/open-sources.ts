// Parses the scripts of the folder, and creates the reader shared by all parsing code.
import { remembered } from '../../src/model/collected.js'
import { fileStart } from '../diagnostics/problem.js'
import { posix } from 'node:path'
import { Project, type SourceFile, type ts } from 'ts-morph'
import { isCode } from '../project/file-name.js'
import { once } from '../model/once.js'
import { pathMeant } from '../loading/helper-files.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import type { Discovery } from '../model/migration.js'
import { evaluate } from './evaluate.js'
import { readModule, type Module } from './module.js'
import type { Reader } from './reader.js'
import { syntaxError, tooDeep } from './reading-problems.js'
import { syntaxErrors } from './syntax-errors.js'

/** The parsed scripts of the folder and their reader. */
export interface Sources {
  readonly reader: Reader
  /** By absolute path as discovered. Files with syntax errors, which have been reported, are missing. */
  readonly parsed: ReadonlyMap<string, SourceFile>
  /** The project with these scripts and those with syntax errors. */
  project(): Project
  /** The position where a node of any of them begins. */
  place(node: ts.Node): Position
}

interface Script {
  /** The path as it is printed. */
  readonly file: string
  readonly path: string
  readonly text: string
  /** For each line added below the last one, the offset that it stands for. */
  readonly below?: readonly number[] | undefined
}

/** Parses all migrations and helpers in one project, without files on disk, type checking or library files. */
export function openSources(discovery: Discovery): Sources {
  const project = once(
    () =>
      new Project({
        useInMemoryFileSystem: true,
        skipLoadingLibFiles: true,
        skipFileDependencyResolution: true,
        compilerOptions: { allowJs: true },
      }),
  )
  const problems: Diagnostic[] = []
  const parsed = new Map<string, SourceFile>()
  const scripts = new Map<SourceFile, Script>()
  const helpers = new Map<string, Helper>()
  for (const script of scriptsOf(discovery)) {
    const source = parse(project(), script, problems)
    if (source) parsed.set(script.path, source)
    if (source) scripts.set(source, script)
    if (discovery.helpers.has(script.path)) helpers.set(script.path, source ?? 'broken')
  }
  const place = (node: ts.Node): Position => {
    const source = project().getSourceFileOrThrow(node.getSourceFile().fileName)
    return placeIn(source, scripts.get(source) ?? { file: source.getFilePath() }, node.getStart())
  }
  return {
    parsed,
    project,
    place,
    reader: makeReader({ scripts, helpers, problems, aliases: discovery.aliases }),
  }
}

type Helper = SourceFile | 'broken'

function scriptsOf({ files, helpers, below }: Discovery): Script[] {
  const scripts = files
    .filter(({ kind }) => kind === 'script')
    .map(({ file, path, text }) => ({ file, path, text, below: below?.get(path) }))
  const [first] = files
  if (!first) return scripts
  const folder = posix.dirname(first.path)
  const shared = [...helpers]
    .filter(([path]) => isCode(path))
    .map(([path, text]) => ({
      file: posix.join(posix.dirname(first.file), posix.relative(folder, path)),
      path,
      text,
      below: below?.get(path),
    }))
  return [...scripts, ...shared]
}

function parse(
  project: Project,
  { file, path, text }: Script,
  problems: Diagnostic[],
): SourceFile | null {
  try {
    const source = project.createSourceFile(path, text)
    const errors = syntaxErrors(source)
    const [first] = errors
    if (!first) return source
    // Most of the others are consequences: the parser has lost its way.
    problems.push(syntaxError(placeIn(source, { file }, first.start), first, errors.length - 1))
    return null
  } catch (error) {
    // The compiler's parser descends into nested code by recursion.
    if (!(error instanceof RangeError)) throw error
    problems.push(tooDeep(fileStart(file)))
    return null
  }
}

function placeIn(
  source: SourceFile,
  { file, below = [] }: Pick<Script, 'file' | 'below'>,
  offset: number,
): Position {
  const { compilerNode } = source
  const { line, character } = compilerNode.getLineAndCharacterOfPosition(offset)
  const own = compilerNode.getLineStarts().length - below.length
  return line < own
    ? { file, line: line + 1, column: character + 1 }
    : placeIn(source, { file }, below[line - own]!)
}

interface Ground {
  readonly scripts: ReadonlyMap<SourceFile, Script>
  readonly helpers: ReadonlyMap<string, Helper>
  readonly problems: Diagnostic[]
  readonly aliases: Discovery['aliases']
}

function makeReader({ scripts, helpers, problems, aliases }: Ground): Reader {
  const modules = new Map<SourceFile, Module>()
  const scriptOf = (source: SourceFile): Omit<Script, 'text'> =>
    scripts.get(source) ?? { file: source.getFilePath(), path: source.getFilePath() }
  const reader: Reader = {
    problems,
    active: new Set(),
    found: new Map(),
    evaluate: (node) => evaluate(node, reader),
    module: (source) => remembered(modules, source, readModule),
    helper: (importer, specifier) => {
      const path = pathMeant(scriptOf(importer).path, specifier, { known: helpers, aliases })
      return (path !== null && helpers.get(path)) || null
    },
    place: (node, offset = node.getStart()) =>
      placeIn(node.getSourceFile(), scriptOf(node.getSourceFile()), offset),
    report: (problem) => {
      problems.push(problem)
      return null
    },
  }
  return reader
}
