//! C's variable arguments without C: a naked entry function spills the argument registers, builds the System V
//! `va_list` and calls a Rust function with a pointer to it. x86-64 only.

/// The System V `va_list`. Functions that take a `va_list` in C get a pointer to this.
#[repr(C)]
pub struct VaList {
    gp_offset: u32,
    fp_offset: u32,
    overflow_arg_area: *const u64,
    reg_save_area: *const u8,
}

const GP_END: u32 = 48;
const FP_END: u32 = 176;

impl VaList {
    /// The next integer or pointer argument.
    #[inline]
    pub fn word(&mut self) -> u64 {
        // SAFETY: the caller passes as many arguments as the format tells (C8).
        unsafe {
            if self.gp_offset < GP_END {
                let at = self.reg_save_area.add(self.gp_offset as usize);
                self.gp_offset += 8;
                at.cast::<u64>().read()
            } else {
                self.overflow()
            }
        }
    }

    /// The next pointer argument.
    #[inline]
    pub fn pointer<T>(&mut self) -> *mut T {
        self.word() as *mut T
    }

    /// The next `int` argument.
    #[inline]
    pub fn int(&mut self) -> i32 {
        self.word() as i32
    }

    /// The next `double` argument.
    #[inline]
    pub fn double(&mut self) -> f64 {
        // SAFETY: as in `word`.
        unsafe {
            if self.fp_offset < FP_END {
                let at = self.reg_save_area.add(self.fp_offset as usize);
                self.fp_offset += 16;
                at.cast::<f64>().read()
            } else {
                f64::from_bits(self.overflow())
            }
        }
    }

    unsafe fn overflow(&mut self) -> u64 {
        // SAFETY: see the callers.
        unsafe {
            let value = self.overflow_arg_area.read();
            self.overflow_arg_area = self.overflow_arg_area.add(1);
            value
        }
    }
}

/// `variadic! { PyTuple_Pack(1) => tuple_pack; }`: exports a function with one fixed argument that calls
/// `tuple_pack(fixed, &mut VaList)`. Fixed arguments are integers or pointers, five at most; so is the result.
#[macro_export]
macro_rules! variadic {
    // The target takes all arguments from the list.
    ($($name:ident(0) => $target:path;)*) => { $( $crate::variadic!(@ $name, 0, "lea rdi, [rsp+8]", $target); )* };
    ($($name:ident(1) => $target:path;)*) => { $( $crate::variadic!(@ $name, 8, "lea rsi, [rsp+8]", $target); )* };
    ($($name:ident(2) => $target:path;)*) => { $( $crate::variadic!(@ $name, 16, "lea rdx, [rsp+8]", $target); )* };
    ($($name:ident(3) => $target:path;)*) => { $( $crate::variadic!(@ $name, 24, "lea rcx, [rsp+8]", $target); )* };
    ($($name:ident(4) => $target:path;)*) => { $( $crate::variadic!(@ $name, 32, "lea r8, [rsp+8]", $target); )* };
    ($($name:ident(5) => $target:path;)*) => { $( $crate::variadic!(@ $name, 40, "lea r9, [rsp+8]", $target); )* };
    (@ $name:ident, $gp:literal, $pass:literal, $target:path) => {
        /// # Safety
        /// As the C function of that name.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name() {
            // On entry the stack pointer is 8 above a multiple of 16; the register area is at 32, the list at 8.
            core::arch::naked_asm!(
                "sub rsp, 216",
                "mov [rsp+32], rdi",
                "mov [rsp+40], rsi",
                "mov [rsp+48], rdx",
                "mov [rsp+56], rcx",
                "mov [rsp+64], r8",
                "mov [rsp+72], r9",
                "test al, al",
                "je 2f",
                "movaps [rsp+80], xmm0",
                "movaps [rsp+96], xmm1",
                "movaps [rsp+112], xmm2",
                "movaps [rsp+128], xmm3",
                "movaps [rsp+144], xmm4",
                "movaps [rsp+160], xmm5",
                "movaps [rsp+176], xmm6",
                "movaps [rsp+192], xmm7",
                "2:",
                concat!("mov dword ptr [rsp+8], ", $gp),
                "mov dword ptr [rsp+12], 48",
                "lea rax, [rsp+224]",
                "mov [rsp+16], rax",
                "lea rax, [rsp+32]",
                "mov [rsp+24], rax",
                $pass,
                "call {target}",
                "add rsp, 216",
                "ret",
                target = sym $target,
            )
        }
    };
}
