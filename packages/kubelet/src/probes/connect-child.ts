/** Runs one probe in the network that this process was started in: the probe comes as JSON on the input, the result goes out the same way. */
import { text } from 'node:stream/consumers';
import { connectProbe, type ConnectProbe } from './connect.ts';

// The only sender is the kubelet, which made the text from this very type.
const probe = JSON.parse(await text(process.stdin)) as ConnectProbe;
const result = await connectProbe(probe);
process.stdout.write(JSON.stringify({ result: result ?? null }));
