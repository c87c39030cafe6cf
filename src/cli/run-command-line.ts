// One run of the command line: parses the arguments, runs the command, prints its result. Does not end the process.
import { readFileSync } from 'node:fs'
import { packageFile } from '../../codegen/project/lockstep-package.js'
import { explainNeeds } from './origins/explain-needs.js'
import { explainOrigins } from './origins/explain-origins.js'
import { DescribedError, describeError, type ErrorDescription } from './terminal/describe-error.js'
import { EXIT, exitCodeOf, type ExitCode } from './command/command.js'
import { keepCompiled } from './generate/keep-compiled.js'
import { FLAGS, type FlagDefinition, type Flags } from './command/flags.js'
import { parseArguments, type Parsed } from './parse-arguments.js'
import { makePrinter, type Printer, type Streams } from './printer.js'

/** What a run needs from the process. */
export interface Surroundings extends Streams {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Runs the command line with the arguments after the program's name and returns the exit code. Never rejects. */
export async function runCommandLine(
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  let printer = makePrinter(flagsBeforeParsing(argv), surroundings)
  try {
    const parsed = parseArguments(argv, packageVersion())
    if (parsed.asks === 'command') printer = makePrinter(parsed.flags, surroundings)
    return await answer(parsed, printer, surroundings)
  } catch (error) {
    const description = spelledAsFlag(describeError(error))
    printer.printFailure(description)
    const exitCode = exitCodeOf(description.code)
    // A part was done before the refusal.
    return exitCode === EXIT.usage && description.report?.steps.length ? EXIT.failed : exitCode
  }
}

/** An option in code is a flag here. */
function spelledAsFlag(error: ErrorDescription): ErrorDescription {
  const option = String(error.code === 'OPTION_INVALID' && error.facts?.['option'])
  const flag = (FLAGS as Readonly<Partial<Record<string, FlagDefinition>>>)[option]
  if (!flag) return error
  const spelling = /--\S+/.exec(flag.spelling)?.[0] ?? option
  return {
    ...error,
    message: error.message.replace(`The option ${option} `, `The option ${spelling} `),
  }
}

async function answer(
  parsed: Parsed,
  printer: Printer,
  { cwd, environment }: Surroundings,
): Promise<ExitCode> {
  if (parsed.asks === 'text') {
    printer.printText(parsed.text)
    return EXIT.done
  }
  const { words, flags } = parsed
  keepCompiled({ flags, cwd, environment })
  const { run } = await parsed.command.load()
  const invocation = { words, flags, cwd, environment, terminal: printer.terminal }
  const result = await run(invocation).catch(async (error: unknown) => {
    const explained = await explainNeeds(await explainOrigins(error, invocation), invocation)
    throw READING.has(parsed.command.name) ? withoutState(explained) : explained
  })
  printer.printResult(result)
  return result.exitCode
}

/** Commands that only read: nobody asks whether they have changed anything. */
const READING = new Set(['status', 'plan', 'info', 'version', 'verify', 'history'])

function withoutState(error: unknown): DescribedError {
  const description = describeError(error)
  const message = description.message.replace(/\s+Nothing was changed\.$/, '')
  return new DescribedError({ ...description, message })
}

/** How to print must be known even if the arguments turn out to be invalid. */
function flagsBeforeParsing(argv: readonly string[]): Flags {
  const given = new Set(argv)
  return {
    json: given.has('--json'),
    events: given.has('--events'),
    quiet: given.has('--quiet') || given.has('-q'),
    verbose: given.has('--verbose'),
    noColor: given.has('--no-color'),
  }
}

const packageVersion = (): string =>
  (JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }).version
