// Compiles a folder of sources in one run, and reads the errors that the sources say they expect.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/project-root.js'
import { runTool } from '../support/run-program.js'

const folder = join('test', 'fixtures', 'types')

/** Errors as `file:line code`, sorted. Of one expression the line is where the compiler points. */
export type Errors = readonly string[]

/** What the compiler says about one of the folders. */
export async function compile(name: string): Promise<Errors> {
  const project = join(folder, name, 'tsconfig.json')
  const { stdout } = await runTool('typescript/bin/tsc', '-p', project, '--pretty', 'false')
  const found = stdout.split('\n').filter((line) => /error TS\d+/.test(line))
  return found
    .map((line) => {
      const [, file = line, at, code] = /^(.+)\((\d+),\d+\): error (TS\d+)/.exec(line) ?? []
      return `${file.split(`/${name}/`)[1] ?? file}:${at} ${code}`
    })
    .toSorted()
}

/** What the sources of that folder expect: `// expect TS2322` is about the line below it. */
export function expected(name: string): Errors {
  const root = join(projectRoot, folder, name)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => {
          const code = /^\s*\/\/ expect (TS\d+)$/.exec(line)?.[1]
          return code ? [`${file.replaceAll('\\', '/')}:${index + 2} ${code}`] : []
        }),
    )
    .toSorted()
}
