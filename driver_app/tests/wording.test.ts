import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { en } from '@/wording/en'
import { zh } from '@/wording/zh'

const SOURCE = join(__dirname, '..', 'src')
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name))
const texts = files.map((name) => [name, readFileSync(join(SOURCE, name), 'utf8')] as const)
const keys = Object.keys(zh)

/** Sentences asked for by a composed key, such as t(`state.${situation}`), begin with one of these. */
const COMPOSED = texts.flatMap(([, text]) => [...text.matchAll(/(?:\bt|known)\(\s*`([a-z_.]+)\$\{/g)].map((match) => match[1]!))

describe('the wording', () => {
  it('has every sentence in both languages', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort())
    for (const catalogue of [zh, en]) for (const sentence of Object.values(catalogue)) expect(sentence.trim()).not.toBe('')
  })
  it('has every sentence that is asked for', () => {
    const asked = texts.flatMap(([, text]) => [...text.matchAll(/\bt\(\s*'([a-z_.]+)'/gi)].map((match) => match[1]!))
    expect(asked.length).toBeGreaterThan(100)
    expect([...new Set(asked)].filter((key) => !keys.includes(key))).toEqual([])
  })
  it('has no sentence that nobody asks for', () => {
    const source = texts.filter(([name]) => !name.startsWith('wording')).map(([, text]) => text).join('\n')
    const unused = keys.filter(
      (key) => !source.includes(`'${key}'`) && !COMPOSED.some((beginning) => key.startsWith(beginning)),
    )
    expect(unused).toEqual([])
  })
  it('fills in the same words in both languages', () => {
    const words = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort()
    for (const key of keys as (keyof typeof zh)[]) expect([key, words(en[key])]).toEqual([key, words(zh[key])])
  })
  it('is the only place with Chinese a person reads', () => {
    const allowed = /^(wording[\\/]|plates\.ts$|chinese_face\.ts$|pages[\\/]me[\\/]me\.vue$)/
    const stray = texts
      .filter(([name]) => !allowed.test(name))
      .map(([name, text]) => [name, text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, '')] as const)
      .filter(([, text]) => /[\u4e00-\u9fff]/.test(text))
    expect(stray.map(([name]) => name)).toEqual([])
  })
})
