# posix, pwd, locale, time, faulthandler, xxsubtype: what does not depend on the machine, and errors.
import _locale
import errno
import faulthandler
import os
import posix
import pwd
import signal
import sys
import tempfile
import time
import xxsubtype

def show(*calls):
    for call in calls:
        try:
            print(call())
        except Exception as e:
            print(type(e).__name__, e)

me = pwd.getpwuid(os.getuid())
print(type(me).__name__, me == pwd.getpwnam(me.pw_name), me[0] == me.pw_name, len(me), me in pwd.getpwall(), me.__match_args__)
show(lambda: pwd.getpwuid(-12345), lambda: pwd.getpwuid(2**70), lambda: pwd.getpwnam("no such user"), lambda: pwd.getpwnam("a\0b"), lambda: pwd.getpwuid("x"), lambda: pwd.getpwnam(1))
print(_locale.setlocale(_locale.LC_ALL, "C"), _locale.localeconv(), _locale.strcoll("a", "b") < 0, _locale.strxfrm("abc"), _locale.nl_langinfo(_locale.RADIXCHAR), _locale.gettext("text"), _locale.dgettext(None, "x"), _locale.dcgettext("d", "y", _locale.LC_MESSAGES))
show(lambda: _locale.setlocale(_locale.LC_ALL, "no such locale"), lambda: _locale.setlocale(99), lambda: _locale.nl_langinfo(-1), lambda: _locale.strcoll("a\0", "b"), lambda: _locale.strcoll(1, "b"), lambda: _locale.bindtextdomain("", None), lambda: _locale.Error.__module__)

with tempfile.TemporaryDirectory() as d:
    path = d + "/file"
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    print(os.writev(fd, [b"abc", bytearray(b"def")]), os.pwritev(fd, [b"XY"], 1), os.pread(fd, 10, 0), os.posix_fallocate(fd, 0, 100), os.fstat(fd).st_size, os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_NORMAL))
    os.lseek(fd, 0, 0)
    a, b = bytearray(2), bytearray(3)
    print(os.readv(fd, [a, b]), a, b, os.preadv(fd, [a], 3), a, os.fpathconf(fd, "PC_NAME_MAX") > 10, os.fstatvfs(fd).f_namemax == os.statvfs(path).f_namemax)
    out = os.open(d + "/out", os.O_RDWR | os.O_CREAT)
    print(os.copy_file_range(fd, out, 6, 0, 0), os.pread(out, 10, 0), os.sendfile(out, fd, 0, 3))
    os.mknod(d + "/node", 0o600)
    print(sorted(os.listdir(d)), os.waitstatus_to_exitcode(os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], os.environ), 0)[1]))
    print(os.waitstatus_to_exitcode(os.waitpid(os.posix_spawnp("sh", ["sh", "-c", "echo spawned; exit 4"], {}, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_CLOSE, fd)], setsigdef=[signal.SIGPIPE]), 0)[1]), os.pread(out, 20, 0))
    show(lambda: os.posix_spawn("/no/such", ["x"], {}), lambda: os.posix_spawn("/bin/sh", [], {}), lambda: os.posix_spawn("/bin/sh", ["x"], {}, file_actions=[1]), lambda: os.execv("/no", []), lambda: os.execv("/no", [""]), lambda: os.readv(fd, 1),
         lambda: os.getxattr("/no/such", "user.none"), lambda: os.fpathconf(fd, "nope"), lambda: os.sysconf("nope"), lambda: os.confstr("CS_PATH"), lambda: os.copy_file_range(fd, out, -1), lambda: os.eventfd(-1), lambda: os.sched_setaffinity(0, [-1]), lambda: os.sched_param("x"), lambda: os.getgrouplist("root", 0)[0],
         lambda: os.major(-1), lambda: os.makedev(8, 1), lambda: (os.major(2049), os.minor(2049)), lambda: os.setuid(-2), lambda: os.setgroups(1), lambda: os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG), lambda: os.memfd_create("x\0"), lambda: os.ctermid(), lambda: os.sched_get_priority_max(policy=os.SCHED_FIFO))
    e = os.eventfd(5)
    os.eventfd_write(e, 3)
    print(os.eventfd_read(e), os.fsync(fd=fd), os.truncate(path=path, length=4), os.stat(path).st_size, [posix._path_normpath(p) for p in ("a/../b", "//x//y", "///x", "", "./", "../..", "a\0b")], os.getpriority(os.PRIO_PROCESS, 0) == os.nice(0))
    pid = os.fork()
    if pid == 0:
        os._exit(9)
    r = os.waitid(os.P_PID, pid, os.WEXITED)
    print(type(r).__name__, r.si_pid == pid, r.si_signo == signal.SIGCHLD, r.si_status, r.si_code == os.CLD_EXITED)
    with open(d + "/trace", "w+") as f:
        def inner():
            faulthandler.dump_traceback(f, all_threads=False)
        inner()
        f.seek(0)
        print([line.split(",")[-1] for line in f.read().splitlines()])
show(lambda: time.sleep(-1), lambda: time.strftime("a\0"), lambda: time.clock_settime(-1, 0), lambda: time.pthread_getcpuclockid("x"), lambda: faulthandler.register(signal.SIGSEGV), lambda: faulthandler.register(0), lambda: faulthandler.dump_traceback_later(0), lambda: faulthandler.dump_traceback(-1), lambda: faulthandler.unregister(signal.SIGUSR1), lambda: faulthandler.is_enabled(), lambda: faulthandler.cancel_dump_traceback_later())
l = xxsubtype.spamlist([1, 2])
l.setstate(42)
x = xxsubtype.spamdict(a=1)
print(l, l.state, l.getstate(), x, x.state, xxsubtype.spamlist.classmeth(1, k=2), l.staticmeth(1), issubclass(xxsubtype.spamlist, list))
with os.scandir(".") as it:
    print(type(it).__name__)
show(lambda: os.scandir("/no/such"), lambda: next(os.scandir("/proc/self/fd")) and None)
