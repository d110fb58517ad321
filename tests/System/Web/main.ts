// The first payment, as docs/app-developers.md has it. The page that it is served from, or the first argument, says with whom.
import { create } from "@bufbuild/protobuf";
import { connect, pay, refresh, refusalOf, signIn, watch } from "./app";
import type { SessionTokens } from "./gen/bktsmart/v1/authentication_service_pb";
import { CreateTransferRequestSchema } from "./gen/bktsmart/v1/transfer_service_pb";

const base = globalThis.location?.origin ?? process.argv[2];
const ask = async (path: string) => (await fetch(new URL(path, base))).text();
const askForFnp = () => ask("/fnp");
let tokens: SessionTokens | undefined;

async function walk() {
  const { address, customer, password, device, payee } = JSON.parse(await ask("/config"));
  const bank = connect(address, "en", () => tokens);
  const steps: string[] = [];

  await bank.accounts.listAccounts({}).catch((error) => steps.push(refusalOf(error).text));
  tokens = await signIn(bank, customer, password, device, askForFnp);
  tokens = await refresh(bank, tokens);
  const { accounts } = await bank.accounts.listAccounts({});
  steps.push(`balance ${accounts[0].balance!.minorUnits}`);

  const stop = new AbortController();
  const news = new Promise<string>((heard) =>
    watch(bank, 0n, ({ title, body }) => body.includes("Ushqime") && heard(title), stop.signal));
  const payment = create(CreateTransferRequestSchema, {
    transferId: crypto.randomUUID(), sourceAccount: accounts[0].name, payeeIban: payee,
    amount: { minorUnits: 450_000n, currencyCode: "ALL" }, reference: "Ushqime",
  });
  const transfer = await pay(bank, device.deviceId, payment, askForFnp);
  steps.push(`balance ${transfer.balanceAfter!.minorUnits}`, await news);
  stop.abort();
  return steps;
}

const result = await walk().catch((error) => [`failed: ${error} ${JSON.stringify(refusalOf(error))}`]);
await fetch(new URL("/result", base), { method: "POST", body: JSON.stringify(result) });
