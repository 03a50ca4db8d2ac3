import 'reflect-metadata'
import { Body, Controller, Get, HttpCode, Module, Param, ParseIntPipe, Post, Query } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { z } from 'zod'
import type { OpenServer } from './contestant.ts'
import { openPeerStore } from './peer-store.ts'

const newItem = z.object({ name: z.string().min(1).max(200), price: z.int().min(0) })
const newPack = z.object({ itemId: z.string() })

/** NestJS on its Fastify adapter, bodies checked by Zod as ours. Its decorators are called as functions: Node strips types only. */
export async function open(folder: string): Promise<OpenServer> {
  const store = openPeerStore(folder)
  class Items {
    read(itemId: string) {
      return store.read(itemId)
    }
    list(limit: number) {
      return { items: store.list(limit) }
    }
    write(body: unknown) {
      const { name, price } = newItem.parse(body)
      return store.write(name, price)
    }
    accept(body: unknown) {
      return { runId: store.accept(newPack.parse(body).itemId), state: 'queued' }
    }
  }
  decorate(Items, 'read', Get('/items/:itemId'), Param('itemId'))
  decorate(Items, 'list', Get('/items'), Query('limit', ParseIntPipe))
  decorate(Items, 'write', Post('/items'), Body())
  decorate(Items, 'accept', Post('/packs'), Body(), HttpCode(202))
  Controller()(Items)
  class App {}
  Module({ controllers: [Items] })(App)
  const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false })
  await app.listen(0, '127.0.0.1')
  return { base: (await app.getUrl()).replace('[::1]', '127.0.0.1') }
}

function decorate(
  type: { readonly prototype: object },
  name: string,
  method: MethodDecorator,
  argument: ParameterDecorator,
  status?: MethodDecorator,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name)
  if (descriptor === undefined) throw new Error(`no method ${name}`)
  argument(type.prototype, name, 0)
  method(type.prototype, name, descriptor)
  status?.(type.prototype, name, descriptor)
}
