// Reads from a tsconfig what `generate` and `init` need, with TypeScript's own handling of `extends`.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ts } from 'ts-morph'
import { forwardSlashes } from '../../project/project-path.js'
import { isInside } from '../../project/repository-root.js'

/** The settings of a tsconfig that concern imports. */
export interface TsconfigAnswer {
  /** Whether imports name TypeScript files with their extension: `./a.ts`. */
  readonly importsSources: boolean
  /** Whether exports need explicit types. */
  readonly isolatedDeclarations: boolean
  /** Whether ES module syntax is an error in files compiled to CommonJS: in all if `always`, otherwise depending on their package. */
  readonly verbatim: 'no' | 'by-package' | 'always'
  readonly places: CompiledPlaces
  /** Absolute paths of all files that were read for it. */
  readonly consulted: readonly string[]
  /** The reason why a part of it could not be read. */
  readonly failure: string | null
  /** Whether that is a syntax error, with which nothing builds. */
  readonly isBroken: boolean
}

/** Where the project's compiler finds its files. */
export interface CompiledPlaces {
  /** The folder for new ones, absolute: that of the tsconfig, or the first below it whose files it takes in. */
  readonly sources: string
  /** Whether files next to the tsconfig are included. */
  readonly seesOwnFolder: boolean
  /** Whether including them is an error, because they are outside its `rootDir`. */
  readonly refusesOwnFolder: boolean
}

/** Syntax errors are 1000 to 1999; these are: cannot read file, file not found, circular `extends`. */
const UNREADABLE = new Set([5083, 5012, 6053, 18000])

/**
 * Reads the tsconfig at `path`. One that has only `references` passes the question on to the first project it refers
 * to that compiles something in one of `folders`.
 */
export function readTsconfig(path: string, folders: readonly string[]): TsconfigAnswer {
  const consulted = new Set<string>()
  const config = parse(path, optionsOnly(consulted))
  const effective = isSolution(config) ? findReference(config, folders, consulted) : config
  const { allowImportingTsExtensions, rewriteRelativeImportExtensions, isolatedDeclarations } =
    effective.options
  return {
    importsSources: Boolean(allowImportingTsExtensions || rewriteRelativeImportExtensions),
    isolatedDeclarations: Boolean(isolatedDeclarations),
    verbatim: verbatimOf(effective.options),
    places: placesOf(effective, dirname(String(effective.options['configFilePath'] ?? path))),
    consulted: [...consulted],
    failure: missingReference(config) ?? describeFailure(effective),
    isBroken: failuresOf(effective).some(isSyntax),
  }
}

function verbatimOf({
  verbatimModuleSyntax,
  module,
}: ts.CompilerOptions): TsconfigAnswer['verbatim'] {
  if (!verbatimModuleSyntax) return 'no'
  if (module === ts.ModuleKind.CommonJS) return 'always'
  const isOfNode = module && module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext
  return isOfNode ? 'by-package' : 'no'
}

/** Both folders of a project with default settings. */
const USUAL = ['migrations', 'generated']

function placesOf({ options, raw }: ts.ParsedCommandLine, folder: string): CompiledPlaces {
  const { files, include = files ? [] : ['**/*'] } = raw as Named
  const { rootDir = folder } = options
  const deep = include.filter(isDeep).map((pattern) => join(folder, folderOf(pattern)))
  const isCompiled = (name: string): boolean => {
    const path = join(folder, name)
    return deep.some((one) => isInside(path, one)) && isInside(path, rootDir)
  }
  const first = deep.find((one) => one !== folder && isInside(one, rootDir)) ?? rootDir
  const seesOwnFolder = include.some((pattern) => folderOf(pattern) === '' && OWN.test(pattern))
  return {
    sources: USUAL.every(isCompiled) ? folder : first,
    seesOwnFolder,
    refusesOwnFolder: seesOwnFolder && !isInside(folder, rootDir),
  }
}

interface Named {
  readonly files?: readonly string[]
  readonly include?: readonly string[]
}

/** Patterns that may include `lockstep.config.ts` next to the tsconfig. */
const OWN = /^(?:\.\/)?(?:\.?|\*\*\/?.*|\*|\*\.ts|\*\.config\.[*\w]+|lockstep\..*)$/

/** The folder that a pattern begins with. */
const folderOf = (pattern: string): string =>
  isFolder(pattern)
    ? pattern.replace(/^\.\/?/, '')
    : pattern.replace(/^\.\//, '').replace(/\/?[^/]*[*?].*|\/?[^/]*$/, '')

const isFolder = (pattern: string): boolean => !/[*?]|\.[cm]?[jt]sx?$|\.json$/.test(pattern)

/** Whether a pattern includes files in nested folders. */
const isDeep = (pattern: string): boolean => isFolder(pattern) || pattern.includes('**')

/** For a tsconfig that only has references, the first one that does not exist. */
function missingReference(config: ts.ParsedCommandLine): string | null {
  if (!isSolution(config)) return null
  const missing = config.projectReferences?.find(
    (reference) => !existsSync(ts.resolveProjectReferencePath(reference)),
  )
  return missing
    ? `it refers to ${missing.originalPath ?? missing.path}, which is not there.`
    : null
}

function parse(path: string, host: ts.ParseConfigHost): ts.ParsedCommandLine {
  const source = ts.readJsonConfigFile(path, host.readFile)
  return ts.parseJsonSourceFileConfigFileContent(source, host, dirname(path), undefined, path)
}

/** A host that lists no folder: for the options alone, the files that a tsconfig covers do not matter. */
function optionsOnly(consulted: Set<string>): ts.ParseConfigHost {
  return { ...listing(consulted), readDirectory: () => [] }
}

function listing(consulted: Set<string>): ts.ParseConfigHost {
  return {
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    readDirectory: ts.sys.readDirectory,
    fileExists: ts.sys.fileExists,
    readFile: (path) => {
      consulted.add(path)
      return ts.sys.readFile(path)
    },
  }
}

/** The layout of editors' templates: `{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, …] }`. */
function isSolution({ raw, projectReferences }: ts.ParsedCommandLine): boolean {
  const { files, include } = raw as { files?: unknown[]; include?: unknown }
  return projectReferences !== undefined && files?.length === 0 && include === undefined
}

function findReference(
  solution: ts.ParsedCommandLine,
  folders: readonly string[],
  consulted: Set<string>,
): ts.ParsedCommandLine {
  const prefixes = folders.map((folder) => `${forwardSlashes(folder)}/`)
  const paths = (solution.projectReferences ?? []).map(ts.resolveProjectReferencePath)
  for (const path of paths) consulted.add(path)
  const projects = paths.filter(existsSync).map((path) => parse(path, listing(consulted)))
  const covers = ({ fileNames }: ts.ParsedCommandLine): boolean =>
    fileNames.some((name) => prefixes.some((prefix) => name.startsWith(prefix)))
  // For a project without migrations so far, the first one that compiles a folder.
  return projects.find(covers) ?? projects.find(compilesFolder) ?? solution
}

const compilesFolder = ({ raw }: ts.ParsedCommandLine): boolean =>
  ((raw as Named).include ?? []).some(isDeep)

const failuresOf = (config: ts.ParsedCommandLine): readonly ts.Diagnostic[] =>
  ts.getConfigFileParsingDiagnostics(config)

const isSyntax = ({ code }: ts.Diagnostic): boolean => code >= 1000 && code < 2000

function describeFailure(config: ts.ParsedCommandLine): string | null {
  const failure = failuresOf(config).find((one) => isSyntax(one) || UNREADABLE.has(one.code))
  return failure ? ts.flattenDiagnosticMessageText(failure.messageText, ' ') : null
}
