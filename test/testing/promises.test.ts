// The promises at the members of the port and the cases of the suite are the same list, word for word, both ways.
import { Node, Project } from 'ts-morph'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { driverCases } from 'lockstep/testing/driver'
import { projectRoot } from '../support/project-root.js'
import { better } from './support/subjects.js'

const cases = driverCases(better)
const names = cases.map(({ name }) => name)

/** `member: promise` for each line with a dash in the doc comments of an interface. */
function promisesIn(text: string): string[] {
  const project = new Project({ useInMemoryFileSystem: true })
  const members = project
    .createSourceFile('driver.ts', text)
    .getInterfaceOrThrow('Driver')
    .getMembers()
  return members.flatMap((member) => {
    if (!Node.isJSDocable(member) || !Node.hasName(member)) return []
    const comment = member
      .getJsDocs()
      .map((doc) => doc.getDescription())
      .join('\n')
    return [...comment.matchAll(/^- (.+)$/gm)].map(
      ([, promise]) => `${member.getName()}: ${promise}`,
    )
  })
}

const port = new Project({ skipAddingFilesFromTsConfig: true })
  .addSourceFileAtPath(join(projectRoot, 'src/database/driver.ts'))
  .getFullText()
const promised = promisesIn(port)

describe('the port and the suite', () => {
  test('name the same promises in the same order', () => {
    expect(promised.length).toBeGreaterThan(30)
    expect(names.filter((name) => !name.startsWith('run: '))).toEqual(promised)
  })
  test('leave no member without a promise', () => {
    const members = new Set(cases.map(({ member }) => member))
    const declared = [
      ...port
        .slice(port.indexOf('export interface Driver'))
        .matchAll(/^  (?:readonly )?(\w+)\??[(:]/gm),
    ]
    expect([...members]).toEqual([...declared.map(([, name]) => name), 'run'])
  })
})

describe('the suite', () => {
  test('has each name once', () => expect(new Set(names).size).toBe(names.length))
  test('has what is promised of runs', () => {
    expect(names.filter((name) => name.startsWith('run: ')).length).toBeGreaterThan(20)
  })
  test('names each case by its member and its promise', () => {
    expect(cases.map(({ member, promise }) => `${member}: ${promise}`)).toEqual(names)
  })
})

test('a promise without a case, and a case without a promise, are found', () => {
  const text = `export interface Driver<H> {
    /**
     * Waits.
     * - it does
     */
    pause(ms: number): void
    /** No promise - at all. */
    now(): number
  }`
  expect(promisesIn(text)).toEqual(['pause: it does'])
})
