// What has no harmless counterpart is refused while migrations are run for trial.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { Wall } from '../../../codegen/wall/wall.js'
import { errorOf } from '../../support/error-of.js'

test('nothing is refused while the wall is down, and while the project opens its database', async () => {
  const wall = new Wall()
  wall.refuse('load an extension')
  wall.raise()
  expect(errorOf(() => wall.refuse('load an extension'))).toMatchObject({ code: 'TRIAL_REFUSED' })
  await wall.whileOpening(async () => wall.refuse('load an extension'))
  wall.lower()
  wall.refuse('load an extension')
})

describe('a binary that Node loads', () => {
  const { dlopen } = process
  let wall = new Wall()
  beforeAll(() => {
    process.dlopen = (module: object) =>
      void Object.assign(module, { exports: { open: () => 'opened', Database: Wall } })
    wall = buildWall()
  })
  beforeEach(() => wall.raise())
  afterEach(() => wall.lower())
  afterAll(() => {
    process.dlopen = dlopen
  })

  function load(file: string): { open: () => string; Database: new () => object } {
    const module = { exports: {} }
    process.dlopen(module, file)
    return module.exports as ReturnType<typeof load>
  }

  test('is another client by its name: it loads, and is refused when it is used', () => {
    const client = load('/srv/app/node_modules/@libsql/linux-x64-gnu/index.node')
    expect(errorOf(() => client.open()).message).toContain('open a database with')
    expect(errorOf(() => new client.Database()).code).toBe('TRIAL_REFUSED')
    wall.lower()
    expect(client.open()).toBe('opened')
  })

  test('is something else: it may do what it likes', () => {
    expect(load('/srv/sqlite-app/node_modules/bcrypt/bcrypt.node').open()).toBe('opened')
  })
})
