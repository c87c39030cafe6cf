// What was typed before a question is on the screen does not answer it.
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { dropTyped } from '../../src/cli/terminal/drop-typed.js'

function terminal() {
  const setRawMode = vi.fn<(mode: boolean) => void>()
  return Object.assign(new PassThrough(), { isTTY: true, setRawMode })
}

test('what was typed before and meanwhile is thrown away, and what comes after it is there', async () => {
  const input = terminal()
  input.pause()
  input.write('y\n')
  const dropped = dropTyped(input)
  await sleep(20)
  input.write('y')
  await dropped
  input.write('n')
  expect(String(input.read())).toBe('n')
  expect(input.setRawMode.mock.calls).toEqual([[true], [false]])
})

test('Ctrl+C is obeyed', async () => {
  const input = terminal()
  input.write('y\u0003')
  await expect(dropTyped(input)).rejects.toMatchObject({ code: 'COMMAND_INTERRUPTED' })
})

test('an outdated question waits for nothing', async () => {
  const input = terminal()
  const began = dropTyped(input, AbortSignal.abort())
  await began
  expect(input.isPaused()).toBe(true)
})

test('without a terminal nothing is read', async () => {
  const input = new PassThrough()
  input.write('y\n')
  await dropTyped(input)
  expect(String(input.read())).toBe('y\n')
})
