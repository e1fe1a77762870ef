// The grammY echo: every default kept; with --runner its concurrent runner instead of bot.start().
// CommonJS, because only `require` looks in NODE_PATH, and the packages live outside the repository.
"use strict";

const { Bot } = require("grammy");

const bot = new Bot(process.env.TELEGRAM_TOKEN, { client: { apiRoot: process.env.TELEGRAM_API_URL } });
bot.on("message:text", (ctx) => ctx.reply(ctx.message.text));

if (process.argv.includes("--runner")) {
  require("@grammyjs/runner").run(bot);
} else {
  bot.start();
}
