// Collects the syntax errors of a parsed file, as the compiler found them.
import { ts, type SourceFile } from 'ts-morph'

/** One syntax error: its place, message, and TypeScript error code. */
export interface SyntaxError {
  readonly start: number
  readonly message: string
  readonly number: number
}

/** All syntax errors of a file in order; in a JavaScript file type syntax counts as an error. */
export function syntaxErrors(source: SourceFile): SyntaxError[] {
  const file = source.compilerNode
  const javaScript = /\.m?js$/.test(file.fileName)
  const diagnostics = javaScript ? checkedAsJavaScript(file) : foundByParser(file)
  return diagnostics.map(({ start, messageText, code }) => ({
    start: start ?? 0,
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
    number: code,
  }))
}

/** Kept by the parser on every file. Asking a program for the same costs a third of the parsing again. */
const foundByParser = (file: ts.SourceFile): readonly ts.Diagnostic[] =>
  (file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics

/** Only a program reports type syntax in JavaScript. It contains this one file and resolves nothing. */
function checkedAsJavaScript(file: ts.SourceFile): readonly ts.Diagnostic[] {
  const options = { allowJs: true, noLib: true, noResolve: true, types: [] }
  const host: ts.CompilerHost = {
    getSourceFile: () => file,
    getDefaultLibFileName: () => '',
    writeFile: () => undefined,
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === file.fileName,
    readFile: () => undefined,
  }
  return ts.createProgram([file.fileName], options, host).getSyntacticDiagnostics(file)
}
