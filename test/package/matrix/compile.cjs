// Compiles many projects in one process with one TypeScript: `node compile.cjs <its folder> <tsconfig>…`. Prints one JSON list
// for each project: what the compiler says. What all projects take in is parsed once.
const { dirname } = require('node:path')

const [library, ...projects] = process.argv.slice(2)
const ts = require(library)
const parsed = new Map()
/** What the language and the platform bring along: it is not what is judged here. */
const SHARED =
  /\/(lib\.[\w.]+|node_modules\/@types\/node\/.*|node_modules\/undici-types\/.*)\.d\.ts$/

process.stdout.write(JSON.stringify(projects.map(compile)))

function compile(path) {
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  )
  const host = ts.createCompilerHost(config.options)
  const { getSourceFile } = host
  host.getSourceFile = (file, options, ...others) => {
    if (!SHARED.test(file)) return getSourceFile(file, options, ...others)
    const key = `${file} ${JSON.stringify(options)}`
    if (!parsed.has(key)) parsed.set(key, getSourceFile(file, options, ...others))
    return parsed.get(key)
  }
  const program = ts.createProgram({ rootNames: config.fileNames, options: config.options, host })
  const emitted = config.options.noEmit ? { diagnostics: [] } : program.emit()
  const declared = ts.getEmitDeclarations?.(config.options)
    ? program.getDeclarationDiagnostics()
    : []
  const found = [
    ...config.errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program
      .getSourceFiles()
      .filter(({ fileName }) => !SHARED.test(fileName))
      .flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ]),
    ...emitted.diagnostics,
    ...declared,
  ]
  return [...new Set(found.map((one) => describe(one, dirname(path))))]
}

function describe({ code, file, start, messageText }, folder) {
  const line = file && file.getLineAndCharacterOfPosition(start).line + 1
  const place = file ? `${file.fileName.replace(`${folder}/`, '')}:${line} ` : ''
  return `${place}TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
}

function fail(diagnostic) {
  throw new TypeError(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '))
}
